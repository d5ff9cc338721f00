"""The city's own list of addresses is read with the county, and what is wrong in it is told row by row."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from boundaries import AddressColumns, AddressFile, AddressProblem, County, Datum, Fit, read_addresses
from geo_service.tickets.files import RowProblem
from geo_service.tickets.reasons import Reason
from geo_service.workflow.step import Progress, own

_WIDE = 10
"""Problems of one kind from which on they are counted in a note as well."""


@dataclass(frozen=True, slots=True)
class AddressList:
    """A file of addresses, and what a person says of it."""

    path: Path
    datum: Datum | None = None
    """Datum of its coordinates, when neither a column nor a header says it."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our name of a field → the file's header, where its words and values do not tell."""
    trust_datum: bool = False
    """Whether to believe the datum even if all points look shifted against the villages they name."""

    def read(self, county: County, progress: Progress) -> AddressFile:
        """Read the file against a county.

        Raises
        ------
        BoundaryError
            When the file as a whole cannot be used.
        """
        return read_addresses(
            self.path,
            county.divisions,
            county.areas,
            datum=self.datum,
            columns=AddressColumns(self.columns),
            trust_datum=self.trust_datum,
            progress=progress,
        )


def counts(file: AddressFile | None) -> Mapping[str, int]:
    """Return what is reported of an address file; nothing without one."""
    if file is None:
        return {}
    return {
        "rows of addresses": file.rows,
        "addresses used": file.used,
        "different addresses": len(file.addresses),
    }


def problems(file: AddressFile | None) -> tuple[RowProblem, ...]:
    """Return the bad rows as the report shows them."""
    return () if file is None else tuple(map(_row_problem, file.problems))


def notes(file: AddressFile | None) -> Iterator[Reason]:
    """Yield what a person should know of the file as a whole."""
    if file is None:
        return
    if file.datum is not None and file.datum.fit is not Fit.SILENT:
        yield own(file.datum.reason)
    if file.silent:
        yield Reason(
            "D7", "{n} rows name a village and nothing smaller: they tell nothing new", {"n": file.silent}
        )
    kinds = Counter(problem.problem.rule for problem in file.problems)
    astray = kinds["D5"]
    if astray >= _WIDE:
        yield Reason(
            "D5",
            "{n} addresses lie outside of the village they name: check them, or the border drawn there",
            {"n": astray},
        )


def _row_problem(problem: AddressProblem) -> RowProblem:
    return RowProblem(
        problem.row, problem.column, problem.value, own(problem.problem), is_left_out=problem.is_left_out
    )
