"""A county's area file looked at before it is used: what is wrong, as counts, as a table, as a map."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace

import maps
from boundaries import ProblemKind, TopologyReport
from geo_service.i18n import Language, look_up, tell, translate
from geo_service.tickets.reasons import Reason
from geo_service.workflow.drawing import TAGS
from geo_service.workflow.step import StepReport, own

KIND_WORDS: Mapping[str, str] = {
    ProblemKind.TWICE: "Same ground",
    ProblemKind.INSIDE: "Inside another",
    ProblemKind.RING: "Broken outline",
    ProblemKind.OVERLAP: "Overlap",
    ProblemKind.GAP: "Gap",
    ProblemKind.BEYOND: "Beyond its town",
    ProblemKind.SLIVER: "Sliver",
    ProblemKind.EDGE: "Unmatched border",
    ProblemKind.TURN: "Turned ring",
}
"""The word for each kind of problem, the same as on the map."""
_HEADINGS = ("Kind of problem", "Areas", "Square metres", "Widest, metres", "Longitude", "Latitude", "Rule")
_CELLS = ("area_m2", "width_m", "lon", "lat", "rule")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def checked(report: TopologyReport) -> StepReport:
    """Return what was found as counts and notes."""
    counts = {"areas looked at": len(report.areas)} | {str(kind): n for kind, n in report.counts.items()}
    notes = [own(note) for note in report.notes]
    if total := report.narrower_than(float("inf")):
        notes.append(
            Reason(
                "T1",
                "of {total} overlaps, gaps and slivers {up_to_1} are up to 1 m wide, {up_to_5} up to 5 m, "
                "{up_to_20} up to 20 m: init --clean METRES resolves those",
                {"total": total} | {f"up_to_{width}": report.narrower_than(width) for width in (1, 5, 20)},
            )
        )
    return StepReport("areas check", counts, notes=tuple(notes))


def problem_rows(report: TopologyReport, language: Language) -> list[dict[str, object]]:
    """Return every problem as a row, its sentence in the reader's language; see `TopologyReport.rows`."""
    told = [tell(reason, language) for reason in report.problems["reason"]]
    return [row | {"sentence": sentence} for row, sentence in zip(report.rows(), told, strict=True)]


def problem_table(report: TopologyReport, language: Language) -> str:
    """Return the problems as CSV that a spreadsheet opens, headings and sentences in the reader's language.

    A name that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([translate(heading, language) for heading in (*_HEADINGS, "Description")])
    for row in problem_rows(report, language):
        kind = translate(KIND_WORDS[str(row["kind"])], language)
        cells = [row[cell] for cell in _CELLS]
        table.writerow([kind, _plain(row["names"]), *cells, _plain(row["sentence"])])
    return "\ufeff" + text.getvalue()


def _plain(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def problem_map(report: TopologyReport, *, name: str, language: Language) -> str:
    """Draw the problems on a map: one HTML file that needs no network.

    Parameters
    ----------
    name
        The file's name, for the title.
    """
    words = replace(maps.MapWords(), attribution="").translated(look_up(language), TAGS[language])
    problems = report.problems
    shown = problems.assign(
        kind=[str(kind) for kind in problems["kind"]],
        names=["、".join(names) for names in problems["names"]],
        sentence=[tell(reason, language) for reason in problems["reason"]],
    )
    return maps.topology_map(
        report.areas,
        shown,
        title=translate("Areas of {file}: what is wrong", language, file=name),
        words=words,
        assets=maps.Assets.inline(),
    )
