"""What can go wrong in the service, as one tree.

::

    GeoServiceError
    ├── WorkspaceError       (OSError)     the folder is no workspace, or already one
    ├── BadSettingsError     (ValueError)  settings.toml says something impossible
    ├── DatabaseError        (OSError)     the database cannot be reached, or is not one of ours
    ├── BadKeysError         (ValueError)  the keys do not open what is sealed, or the key file is none
    ├── BadFileError         (ValueError)  a ticket file that cannot be read at all
    ├── UnknownTicketError   (LookupError) no ticket has this number
    ├── UnknownRoundError    (LookupError) no round has this number
    ├── UnknownVisitError    (LookupError) no visit has this number
    ├── WrongStatusError     (ValueError)  the ticket is not where this step could take it
    ├── BadDecisionError     (ValueError)  a person's decision lacks something or names an unknown unit
    ├── ChangedMeanwhileError              two people changed one ticket; the second is told
    ├── ForeignOriginError                 another site sent this form
    ├── UsageError           (ValueError)  the command line was given words it does not know
    ├── PortTakenError       (OSError)     the port to serve on belongs to another program
    └── MachineError         (OSError)     the machine refused: no right to write, no room left

Errors of the libraries below (`BoundaryError`, `RoutingError`, `MapError`) have the same fields, `template`
and `values`, so every one of them can be told in the user's language.
"""


class GeoServiceError(Exception):
    """The service cannot do what was asked.

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


class WorkspaceError(GeoServiceError, OSError):
    """The folder is not a workspace, or cannot become one."""


class BadSettingsError(GeoServiceError, ValueError):
    """A setting has an impossible value."""


class DatabaseError(GeoServiceError, OSError):
    """The database cannot be reached, is busy for too long, or belongs to another version of the program."""


class BadKeysError(GeoServiceError, ValueError):
    """The key file cannot be used, or does not open what is sealed."""


class BadFileError(GeoServiceError, ValueError):
    """A ticket file cannot be read at all: no table, no header, empty."""


class UnknownTicketError(GeoServiceError, LookupError):
    """No ticket has this number."""


class UnknownRoundError(GeoServiceError, LookupError):
    """No walking round has this number."""


class UnknownVisitError(GeoServiceError, LookupError):
    """No visit has this id."""


class WrongStatusError(GeoServiceError, ValueError):
    """The ticket's status does not allow this step."""


class BadDecisionError(GeoServiceError, ValueError):
    """A person's decision lacks its reason, or names a unit that does not exist."""


class ChangedMeanwhileError(GeoServiceError):
    """Somebody else changed the ticket after it was read."""


class ForeignOriginError(GeoServiceError):
    """Another site sent this form with our user's browser."""


class UsageError(GeoServiceError, ValueError):
    """The command line was given an option, a verb or a value that it does not know."""


class PortTakenError(GeoServiceError, OSError):
    """The port to serve on belongs to another program."""


class MachineError(GeoServiceError, OSError):
    """The machine refused: no right to read or write, or no room left."""
