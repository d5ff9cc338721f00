"""The last search for hotspots: kept whole, replaced whole."""

from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from geo_service.storage.rows import (
    area_finding_from_row,
    area_finding_to_row,
    place_finding_from_row,
    place_finding_to_row,
    reasons_from_json,
)
from geo_service.storage.tables import area_findings, finding_runs, place_findings
from geo_service.tickets.findings import Findings


class FindingRepository:
    """The findings of a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def store(self, findings: Findings) -> None:
        """Store a search's findings in place of those of the one before."""
        self._connection.execute(delete(finding_runs))
        method = [reason.as_json() for reason in findings.method]
        run = self._connection.execute(
            insert(finding_runs).returning(finding_runs.c.id),
            {"found_at": findings.found_at, "method": method},
        ).scalar_one()
        self._insert(run, place_findings, [place_finding_to_row(found) for found in findings.places])
        self._insert(run, area_findings, [area_finding_to_row(found) for found in findings.areas])

    def _insert(self, run: int, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            numbered = [{"run_id": run, "seq": seq, **row} for seq, row in enumerate(rows, start=1)]
            self._connection.execute(insert(table), numbered)

    def latest(self) -> Findings | None:
        """Return the findings of the last search, in the order they were stored; None before the first."""
        row = (
            self._connection.execute(select(finding_runs).order_by(finding_runs.c.id.desc()))
            .mappings()
            .first()
        )
        if row is None:
            return None
        places, areas = (
            self._connection.execute(
                select(table).where(table.c.run_id == row["id"]).order_by(table.c.seq)
            ).mappings()
            for table in (place_findings, area_findings)
        )
        return Findings(
            found_at=row["found_at"],
            method=reasons_from_json(row["method"]),
            places=tuple(map(place_finding_from_row, places)),
            areas=tuple(map(area_finding_from_row, areas)),
        )
