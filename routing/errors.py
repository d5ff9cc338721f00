"""What can go wrong with walking, as one tree.

::

    RoutingError
    ├── NetworkError    (ValueError)  a map without streets, or a saved network that cannot be read
    ├── BadStopError    (ValueError)  a visit that nobody could plan as it is written
    └── BadShiftError   (ValueError)  a half-day that nobody could work as it is written

A visit that is well written but finds no place in the plan is no error: see `routing.Plan.left_out`.
"""


class RoutingError(Exception):
    """Something about streets, visits or half-days cannot be used as it is.

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


class NetworkError(RoutingError, ValueError):
    """The map holds no street to walk on, or the saved network cannot be read."""


class BadStopError(RoutingError, ValueError):
    """The visit has a place, a time or a number that means nothing."""


class BadShiftError(RoutingError, ValueError):
    """The half-day has a place, a time or a number that means nothing."""
