"""What can go wrong with maps, as one tree.

::

    MapError
    ├── MissingColumnsError  (ValueError)  a table lacks columns a map needs
    ├── UnknownAssetError    (ValueError)  a script or style that this service does not serve itself
    ├── MissingAssetError    (OSError)     the scripts of the maps have not been installed
    └── BadStatisticError    (ValueError)  numbers for which a hotspot test has no meaning
"""


class MapError(Exception):
    """A map, or the statistic behind it, cannot be made from what was given.

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


class MissingColumnsError(MapError, ValueError):
    """A table lacks columns that the map needs, or is not in WGS 84."""


class UnknownAssetError(MapError, ValueError):
    """A map would ask for a script, style or picture that this service does not serve itself."""


class MissingAssetError(MapError, OSError):
    """The scripts and styles of the maps have not been installed."""


class BadStatisticError(MapError, ValueError):
    """The numbers do not fit the test: negative counts, other lengths, an impossible share."""
