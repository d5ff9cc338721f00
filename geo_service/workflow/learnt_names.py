"""Names that tickets taught: proposed to a person, approved, renewed by new tickets, forgotten, expired."""

import csv
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from boundaries import Alias, AliasKind, NameTally, read_aliases, write_aliases
from geo_service.errors import BadDecisionError
from geo_service.settings import Workspace
from geo_service.tickets.reasons import Reason

LEARNT = "learnt"
"""Source of the aliases that tickets taught."""
EVERY = "all"


class NameState(StrEnum):
    """Whether a name is used."""

    APPROVED = "APPROVED"
    PROPOSED = "PROPOSED"
    """Enough tickets agree: a person is asked."""
    UNCLEAR = "UNCLEAR"
    """Too few tickets or callers, or they disagree."""


@dataclass(frozen=True, slots=True)
class LearntName:
    """A name that tickets state and no list knows."""

    name: str
    state: NameState
    unit_code: str
    tally: NameTally | None
    """What the tickets say; None when none of them is left."""
    until: date | None
    """The first day on which an approved name is no longer used."""
    because: Reason


@dataclass(frozen=True, slots=True)
class NameDecision:
    """What a person says of names."""

    approve: Sequence[str] = ()
    """Names, or the word "all" for every one that is proposed."""
    forget: Sequence[str] = ()
    by: str = ""
    """Who says so."""


@dataclass(frozen=True, slots=True)
class NameBook:
    """The names of a workspace, as its files keep them."""

    others: tuple[Alias, ...]
    """What the county wrote itself."""
    approved: Mapping[str, Alias]
    """Learnt ones by name."""
    forgotten: frozenset[str]

    @classmethod
    def open(cls, workspace: Workspace) -> "NameBook":
        """Read the files of a workspace; a missing one holds nothing.

        Raises
        ------
        BadRegisterError
            When the table of aliases cannot be read; names row and column.
        """
        aliases = read_aliases(workspace.aliases) if workspace.aliases.exists() else ()
        return cls(
            tuple(alias for alias in aliases if alias.source != LEARNT),
            {alias.alias: alias for alias in aliases if alias.source == LEARNT},
            _read_forgotten(workspace.forgotten),
        )

    def save(self, workspace: Workspace) -> None:
        """Write what has changed; each file is replaced only by a complete one."""
        before = NameBook.open(workspace)
        if self.forgotten != before.forgotten:
            _write_forgotten(workspace.forgotten, self.forgotten)
        if dict(self.approved) != dict(before.approved):
            learnt = [self.approved[name] for name in sorted(self.approved)]
            write_aliases(workspace.aliases, [*self.others, *learnt])

    def decided(
        self, decision: NameDecision, tallied: Mapping[str, NameTally], today: date, months: int
    ) -> "NameBook":
        """Return the names after a person's decision; see `NameDecision`.

        Raises
        ------
        BadDecisionError
            When a name is neither learnt nor stated by tickets, or not enough of them agree on it.
        """
        approved, forgotten = dict(self.approved), set(self.forgotten)
        for name in decision.forget:
            if name not in approved and name not in tallied:
                raise BadDecisionError("{name} is no learnt name: `geo-service learn` lists them", name=name)
            approved.pop(name, None)
            forgotten.add(name)
        chosen = [name for name in decision.approve if name != EVERY]
        if EVERY in decision.approve:
            chosen += [
                name
                for name, tally in tallied.items()
                if name not in forgotten and is_proposed(tally, today, months)
            ]
        for name in chosen:
            tally = tallied.get(name)
            if tally is None or not is_proposed(tally, today, months):
                raise BadDecisionError(
                    "{name} is not proposed: too few tickets agree on it, or they are too old; "
                    "`geo-service learn` says why",
                    name=name,
                )
            forgotten.discard(name)
            if name not in approved:
                approved[name] = _alias(tally, today, months, decision.by)
        return replace(self, approved=approved, forgotten=frozenset(forgotten))

    def renewed(self, tallied: Mapping[str, NameTally], today: date, months: int) -> "NameBook":
        """Return the names as today's tickets leave them: used on, or expired."""
        kept = {}
        for name, alias in self.approved.items():
            tally = tallied.get(name)
            if tally is not None and tally.is_agreed and tally.unit_code == alias.code:
                alias = replace(alias, valid_to=expiry(tally.last, months))  # noqa: PLW2901 - the same name, later
            if alias.valid_to is None or today < alias.valid_to:
                kept[name] = alias
        return replace(self, approved=kept)

    def shown(self, tallied: Mapping[str, NameTally], today: date, months: int) -> tuple[LearntName, ...]:
        """Return every name with its state and why: approved ones first, forgotten ones left out."""
        approved = [
            LearntName(
                name,
                NameState.APPROVED,
                alias.code,
                tallied.get(name),
                alias.valid_to,
                _standing(alias, tallied),
            )
            for name, alias in self.approved.items()
        ]
        others = [
            _asked(tally, today, months)
            for name, tally in tallied.items()
            if name not in self.approved and name not in self.forgotten
        ]
        return (*approved, *sorted(others, key=lambda one: one.state is not NameState.PROPOSED))


def is_proposed(tally: NameTally, today: date, months: int) -> bool:
    """Say whether a person may be asked about a name."""
    return tally.is_agreed and today < expiry(tally.last, months)


def expiry(last: date, months: int) -> date:
    """Return the day so many months later.

    >>> expiry(date(2026, 1, 31), 25)
    datetime.date(2028, 2, 29)
    """
    years, month = divmod(last.month - 1 + months, 12)
    year = last.year + years
    return date(year, month + 1, min(last.day, monthrange(year, month + 1)[1]))


def _alias(tally: NameTally, today: date, months: int, by: str) -> Alias:
    why = f"{tally.tickets} tickets of {tally.callers} callers, {tally.first} to {tally.last}"
    return Alias(
        code=tally.unit_code,
        place="",
        alias=tally.name,
        kind=AliasKind.SPOKEN,
        scope=tally.unit_code[:6],
        valid_from=today,
        valid_to=expiry(tally.last, months),
        source=LEARNT,
        why=f"{why}; approved by {by}" if by else why,
    )


def _asked(tally: NameTally, today: date, months: int) -> LearntName:
    state = NameState.PROPOSED if is_proposed(tally, today, months) else NameState.UNCLEAR
    return LearntName(tally.name, state, tally.unit_code, tally, None, _why(tally))


def _why(tally: NameTally) -> Reason:
    values: dict[str, object] = {
        "count": tally.tickets,
        "all": tally.tickets + tally.elsewhere,
        "callers": tally.callers,
        "last": tally.last.isoformat(),
    }
    if tally.has_several_units:
        return Reason("N3", "some text uses it beside several villages: it is never proposed", values)
    if tally.is_agreed:
        return Reason(
            "N1", "{count} of {all} tickets with it lie there, of {callers} callers, last on {last}", values
        )
    return Reason(
        "N2",
        "{count} of {all} tickets with it lie there, of {callers} callers: not enough to ask yet",
        values,
    )


def _standing(alias: Alias, tallied: Mapping[str, NameTally]) -> Reason:
    """Return why an approved name stands, or that its tickets have begun to disagree."""
    tally = tallied.get(alias.alias)
    if tally is None:
        return Reason("N5", "no confirmed ticket states it any more: it is used until it expires")
    if not tally.is_agreed or tally.unit_code != alias.code:
        values = {"count": tally.tickets, "all": tally.tickets + tally.elsewhere}
        return Reason(
            "N4",
            "its tickets no longer agree ({count} of {all} in one village): forget it, or it expires",
            values,
        )
    return _why(tally)


def _read_forgotten(path: Path) -> frozenset[str]:
    if not path.exists():
        return frozenset()
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return frozenset(row["name"] for row in csv.DictReader(lines) if row.get("name"))


def _write_forgotten(path: Path, names: Collection[str]) -> None:
    unfinished = path.with_name(f"unfinished-{path.name}")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name"])
        writer.writerows([name] for name in sorted(names))
    unfinished.replace(path)


def by_name(tallied: Iterable[NameTally]) -> dict[str, NameTally]:
    """Return tallies by name."""
    return {tally.name: tally for tally in tallied}
