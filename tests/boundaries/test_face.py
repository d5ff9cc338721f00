"""Nothing becomes public by accident: the face of the package against its written list."""

import boundaries

# areas, coordinates, registers, map files
GROUND = {
    "Area",
    "AreaColumns",
    "Areas",
    "AreasHistory",
    "BadCoordinateError",
    "BadRegisterError",
    "BadVersionError",
    "BoundaryError",
    "CleanLayer",
    "ColumnsNotFoundError",
    "ConvertedAlreadyError",
    "County",
    "Datum",
    "DatedUnit",
    "DatumVerdict",
    "Division",
    "Divisions",
    "ErrorModel",
    "Fit",
    "Level",
    "LonLat",
    "MentionStory",
    "NamedGrounds",
    "Narration",
    "NationGeocoder",
    "NationIndex",
    "narrate",
    "NoAreasError",
    "NoDatumError",
    "NoStreetsError",
    "NotAMapError",
    "OsmExtract",
    "OsmFeature",
    "OsmNode",
    "OsmWay",
    "OutsideChinaError",
    "Points",
    "ProblemKind",
    "Positions",
    "Projection",
    "Reach",
    "Reason",
    "RepairReport",
    "Shares",
    "SwappedAxesError",
    "TopologyReport",
    "TwoDrawingsError",
    "UnitHistory",
    "UnitKind",
    "VillagePoint",
    "WrongDatumError",
    "check_areas",
    "check_datum",
    "check_plausible",
    "clean_coverage",
    "division",
    "from_wgs84",
    "improved",
    "listed",
    "lufeng_divisions",
    "parse_datum",
    "parse_unit_name",
    "read_areas",
    "read_county",
    "read_divisions",
    "read_unit_history",
    "read_osm",
    "to_wgs84",
    "village_areas",
    "with_former_names",
    "write_divisions",
    "write_unit_history",
    "write_osm",
}
# the city's own list of addresses
ADDRESSES = {
    "AddressColumns",
    "AddressFile",
    "AddressProblem",
    "NotATableError",
    "StandardAddresses",
    "read_addresses",
}
# names, addresses, the gazetteer and the geocoder
NAMES = {"Candidate", "Gazetteer", "GeocodeResult", "GeocodeStatus", "Geocoder", "PlaceLevel"}

# what confirmed tickets teach
LEARNT = {
    "Alias",
    "AliasKind",
    "Calibration",
    "NameTally",
    "OwnCalibration",
    "Sighting",
    "TextMemory",
    "own_calibration",
    "read_aliases",
    "read_statement",
    "tallies",
    "write_aliases",
}


def public() -> set[str]:
    """Return what the package offers, without its modules."""
    return {name for name in vars(boundaries) if not name.startswith("_")} - modules()


def modules() -> set[str]:
    """Return the names in the package that are its own modules."""
    return {name for name, thing in vars(boundaries).items() if type(thing).__name__ == "module"}


def test_the_face_is_the_written_list() -> None:
    assert public() == GROUND | NAMES | ADDRESSES | LEARNT
