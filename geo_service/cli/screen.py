"""What a verb shows: tables and progress bars for people, one JSON document for programs."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from geo_service.api.words import WORDS
from geo_service.i18n import Language, tell, translate
from geo_service.workflow.area_check import KIND_WORDS
from geo_service.workflow.step import Progress as Tell
from geo_service.workflow.step import StepReport

SHOWN = 20
"""Rows of a list before the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a verb speaks, and in which language."""

    console: Console
    language: Language
    as_json: bool = False

    def say(self, template: str, **values: object) -> str:
        """Return a message in the language of the screen."""
        return translate(template, self.language, **values)

    def word(self, code: str) -> str:
        """Return the word for a code of the trade or an outcome of a step."""
        return self.say(OUTCOMES.get(code, WORDS.get(code, code)))

    def line(self, template: str, **values: object) -> None:
        """Print a message; nothing when a program listens."""
        if not self.as_json:
            self.console.print(escape(self.say(template, **values)), highlight=False)

    @contextmanager
    def progress(self, label: str) -> Iterator[Tell]:
        """Show a bar while a step runs; silent when a program listens or nobody looks."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=self.as_json or not self.console.is_terminal,
        )
        with bar:
            task = bar.add_task(self.say(label), total=None)

            def moved(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            yield moved

    def report(self, report: StepReport, *, most: int | None = SHOWN) -> None:
        """Print what a step did and what it left, with its reason for every ticket left.

        Parameters
        ----------
        most
            Rows of a list before the rest is only counted; None shows all.
        """
        if self.as_json:
            self.json(self.document(report))
            return
        self.console.rule(self.say(TITLES[report.step]), align="left")
        self._counts(report.done)
        for note in report.notes:
            self.console.print("• " + escape(tell(note, self.language)), highlight=False)
        self._problems(report, most)
        self._left(report, most)

    def json(self, document: Mapping[str, object]) -> None:
        """Print one JSON document."""
        self.console.out(json.dumps(document, ensure_ascii=False, indent=1, default=str), highlight=False)

    def document(self, report: StepReport) -> dict[str, object]:
        """Return a report for a program: every reason as data, and as a sentence in the reader's language."""
        document = report.as_json()
        reasons = {
            "left": [left.reason for left in report.left],
            "problems": [problem.problem for problem in report.problems],
            "notes": report.notes,
        }
        for part, said in reasons.items():
            for entry, reason in zip(document[part], said, strict=True):
                entry["told"] = tell(reason, self.language)
        return document

    def _counts(self, done: Mapping[str, int]) -> None:
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right", style="bold")
        table.add_column()
        for outcome, count in done.items():
            table.add_row(str(count), escape(self.word(outcome)))
        self.console.print(table)

    def _problems(self, report: StepReport, most: int | None) -> None:
        if not report.problems:
            return
        table = Table(title=self.say("Rows with a problem"), title_justify="left", expand=False)
        for heading in ("Row", "Column", "Value", "What is wrong"):
            table.add_column(self.say(heading), overflow="fold")
        shown = report.problems[:most]
        for problem in shown:
            table.add_row(
                f"{escape(problem.sheet)} {problem.row}".strip(),
                escape(problem.column),
                escape(problem.value),
                escape(tell(problem.problem, self.language)),
            )
        self.console.print(table)
        self._more(len(report.problems) - len(shown))

    def _left(self, report: StepReport, most: int | None) -> None:
        if not report.left:
            return
        table = Table(title=self.say("Left, and why"), title_justify="left", expand=False)
        table.add_column(self.say("Ticket"), no_wrap=True)
        table.add_column(self.say("Why"), overflow="fold")
        table.add_column(self.say("Rule"), style="dim")
        shown = report.left[:most]
        for left in shown:
            table.add_row(
                escape(left.number), escape(tell(left.reason, self.language)), escape(left.reason.rule)
            )
        self.console.print(table)
        self._more(len(report.left) - len(shown))

    def _more(self, count: int) -> None:
        if count > 0:
            self.line("… and {n} more; --all shows every one", n=count)


TITLES: Mapping[str, str] = {
    "init": "Workspace made",
    "import": "Import",
    "geocode": "Locate",
    "assign": "Assign",
    "plan": "Walking rounds",
    "hotspots": "Hotspots",
    "map": "Maps",
    "check": "What the ledger promises",
    "learn": "What confirmed tickets teach",
    "areas preview": "What the new drawing would change",
    "areas apply": "The new drawing",
    "areas check": "What is wrong with the areas",
    "areas export": "The areas as a file",
}

OUTCOMES: Mapping[str, str] = {
    "towns": "towns and subdistricts",
    "villages and communities": "villages and communities with an area",
    "of them derived": "of them derived from points, drawn by nobody",
    "units in the register": "units in the register",
    "streets": "stretches of street to walk on",
    "named places": "named places",
    "rows of addresses": "rows in the list of addresses",
    "addresses used": "of them used",
    "different addresses": "different addresses, without buildings and rooms",
    "imported": "tickets imported",
    "upstream status updated": "known tickets whose status at the hotline changed",
    "already known": "tickets known already, left as they are",
    "rows with a problem": "rows with a problem",
    "tickets": "tickets looked at",
    "ready": "located, ready to dispatch",
    "visit body set": "two committees set to visit",
    "no visit body": "without a visiting committee, with the reason below",
    "dispatched": "dispatched without a person, by a rule that allows it",
    "visits": "visits due",
    "on a round": "visits on a round",
    "rounds": "rounds",
    "metres on foot": "metres on foot",
    "left out": "visits left out, with the reason below",
    "tickets with a point": "tickets exact enough to be counted",
    "categories searched": "categories searched",
    "places that stand out": "places that stand out beyond chance",
    "places looked at, not significant": "places looked at, chance explains them",
    "areas that stand out": "areas that stand out beyond chance",
    "maps": "maps written",
    "events in the chain": "events in the chain",
    "chain breaks": "events that break it",
    "broken promises": "broken promises, with the ticket below",
    "confirmed tickets": "confirmed tickets read again",
    "names in use": "learnt names in use",
    "names to be approved": "names to be approved",
    "names not clear yet": "names not clear yet",
    "names expired": "learnt names expired",
    "tickets remembered": "tickets remembered for texts without a village",
    "tickets that calibrate": "tickets that calibrate the confidences",
    "units that change": "units that change",
    "areas looked at": "areas looked at",
    **KIND_WORDS,
    "open tickets": "open tickets looked at",
    "move to another unit": "of them move to another unit",
    "wait for a person": "of them wait for a person",
    "stay, a visit has begun": "of them stay, because a visit has begun",
    "stay on ground that changes hands": "others stay where their ground changes hands, with reasons",
    "wait already, others may be meant now": "of them wait for a person already, now with other candidates",
    "stay, nothing changes for them": "open tickets for which nothing changes",
}
