"""Where is it? Areas, coordinates, place names and the geocoder.

Knows no ticket, no road network, no picture.
"""

from boundaries.areas import Area as Area
from boundaries.areas import Areas as Areas
from boundaries.columns import AreaColumns as AreaColumns
from boundaries.coordinates import Datum as Datum
from boundaries.coordinates import LonLat as LonLat
from boundaries.coordinates import Points as Points
from boundaries.coordinates import Projection as Projection
from boundaries.coordinates import check_plausible as check_plausible
from boundaries.coordinates import from_wgs84 as from_wgs84
from boundaries.coordinates import parse_datum as parse_datum
from boundaries.coordinates import to_wgs84 as to_wgs84
from boundaries.county import County as County
from boundaries.county import read_county as read_county
from boundaries.divisions import Division as Division
from boundaries.divisions import Divisions as Divisions
from boundaries.divisions import Level as Level
from boundaries.divisions import UnitKind as UnitKind
from boundaries.divisions import division as division
from boundaries.divisions import parse_unit_name as parse_unit_name
from boundaries.errors import BadCoordinateError as BadCoordinateError
from boundaries.errors import BadRegisterError as BadRegisterError
from boundaries.errors import BoundaryError as BoundaryError
from boundaries.errors import ColumnsNotFoundError as ColumnsNotFoundError
from boundaries.errors import NoAreasError as NoAreasError
from boundaries.errors import NoDatumError as NoDatumError
from boundaries.errors import NoStreetsError as NoStreetsError
from boundaries.errors import NotAMapError as NotAMapError
from boundaries.errors import OutsideChinaError as OutsideChinaError
from boundaries.errors import SwappedAxesError as SwappedAxesError
from boundaries.gazetteer import Gazetteer as Gazetteer
from boundaries.geocoder import Geocoder as Geocoder
from boundaries.openstreetmap import OsmExtract as OsmExtract
from boundaries.openstreetmap import OsmFeature as OsmFeature
from boundaries.openstreetmap import OsmNode as OsmNode
from boundaries.openstreetmap import OsmWay as OsmWay
from boundaries.openstreetmap import read_osm as read_osm
from boundaries.openstreetmap import write_osm as write_osm
from boundaries.partition import village_areas as village_areas
from boundaries.places import Candidate as Candidate
from boundaries.places import GeocodeResult as GeocodeResult
from boundaries.places import GeocodeStatus as GeocodeStatus
from boundaries.places import PlaceLevel as PlaceLevel
from boundaries.polygons import read_areas as read_areas
from boundaries.reasons import Reason as Reason
from boundaries.register import lufeng_divisions as lufeng_divisions
from boundaries.register import read_divisions as read_divisions
from boundaries.register import write_divisions as write_divisions
from boundaries.repairs import RepairReport as RepairReport
from boundaries.village_points import VillagePoint as VillagePoint
