"""What can go wrong with places, as one tree.

::

    BoundaryError
    ├── NotAMapError          (ValueError)  the file is no map, or none we read
    ├── NotATableError        (ValueError)  a list of addresses that is no spreadsheet
    ├── NoAreasError          (ValueError)  a map, but without towns and villages
    ├── NoStreetsError        (ValueError)  an OSM file without streets
    ├── TwoDrawingsError      (ValueError)  layers of one file draw the same units differently
    ├── ColumnsNotFoundError  (ValueError)  no column looks like names or codes
    ├── NoDatumError          (ValueError)  coordinates without a known datum
    ├── WrongDatumError       (ValueError)  coordinates that lie where another datum would put them
    ├── ConvertedAlreadyError (ValueError)  coordinates that somebody wants to convert a second time
    ├── BadVersionError       (ValueError)  a version of the areas that would rewrite an older one
    ├── BadCoordinateError    (ValueError)  numbers that are no coordinates
    │   ├── SwappedAxesError                latitude stands before longitude
    │   └── OutsideChinaError               nowhere near China
    ├── BadRegisterError      (ValueError)  a list of units that cannot be read
    └── BadMemoryError        (ValueError)  a memory of texts that cannot be opened
"""


class BoundaryError(Exception):
    """Something about areas, coordinates or place names cannot be used as it is.

    Parameters
    ----------
    template
        English sentence with named fields; it is also the key of its translation.
    **values
        What stands in the fields.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(**self.values)


class NotAMapError(BoundaryError, ValueError):
    """The file is not a map file, or not of a kind this service reads."""


class NotATableError(BoundaryError, ValueError):
    """The file is not a spreadsheet, or one that cannot be opened."""


class NoAreasError(BoundaryError, ValueError):
    """The file is a map, but holds nothing that could be a village or a town."""


class TwoDrawingsError(BoundaryError, ValueError):
    """Two layers of one file draw the same units on the same ground, but differently."""


class NoStreetsError(BoundaryError, ValueError):
    """The OpenStreetMap file holds no street one could walk on."""


class ColumnsNotFoundError(BoundaryError, ValueError):
    """No column of the file looks like the names or codes of villages or towns."""


class NoDatumError(BoundaryError, ValueError):
    """The coordinates do not say in which datum they are, or in one nobody knows."""


class WrongDatumError(BoundaryError, ValueError):
    """The coordinates are not in the datum they were taken for: everything is shifted."""


class ConvertedAlreadyError(BoundaryError, ValueError):
    """The coordinates have been converted; once more would shift them."""


class BadVersionError(BoundaryError, ValueError):
    """A new drawing of the areas begins before the one that holds now, or says so in no known form."""


class BadCoordinateError(BoundaryError, ValueError):
    """The numbers are not longitude and latitude in degrees."""


class SwappedAxesError(BadCoordinateError):
    """Latitude stands where longitude should."""


class OutsideChinaError(BadCoordinateError):
    """The place is far outside China, so a datum or an axis must be wrong."""


class BadRegisterError(BoundaryError, ValueError):
    """The list of towns and villages cannot be read."""


class BadMemoryError(BoundaryError, ValueError):
    """The memory of confirmed tickets cannot be opened."""
