"""The verb `learn`: what confirmed tickets teach, shown to a person who approves or forgets names."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from geo_service.cli.options import AllOption, JsonOption, LanguageOption, WorkspaceOption, open_workspace
from geo_service.cli.screen import SHOWN, Screen
from geo_service.i18n import tell
from geo_service.workflow.learning import learn as learn_from
from geo_service.workflow.learnt_names import LearntName, NameDecision, NameState

_STATES = {
    NameState.APPROVED: "in use",
    NameState.PROPOSED: "to be approved",
    NameState.UNCLEAR: "not clear yet",
}


def add_to(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command("learn")(learn)


def learn(
    approve: Annotated[
        list[str] | None,
        typer.Option(help="Put a proposed name in use; again for another, all for every one."),
    ] = None,
    forget: Annotated[
        list[str] | None, typer.Option(help="Drop a name, and do not propose it again until it is approved.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who decides; kept beside the name.")] = "",
    workspace: WorkspaceOption = None,
    show_all: AllOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Learn from tickets whose place a person confirmed or a team visited; run it every week or month.

    Names of estates, shops, hamlets and road stretches on which three tickets of two callers agree are
    proposed, and used once you approve them. The confidences are counted against your own tickets. Texts that
    name no village get candidates from tickets like them, for a person to choose from. No home, phone or name
    of a caller is learnt; a second run changes nothing.
    """
    services, screen = open_workspace(workspace, language, as_json=as_json)
    decision = NameDecision(approve or (), forget or (), by)
    with screen.progress("Learning from confirmed tickets") as moved:
        report, names = learn_from(
            services.database,
            services.ground,
            services.workspace,
            decision,
            months=services.settings.learned_months,
            progress=moved,
        )
    units = {unit.code: unit.display_name for unit in services.divisions.villages()}
    rows = [_row(one, units.get(one.unit_code, one.unit_code), screen) for one in names]
    if screen.as_json:
        screen.json(screen.document(report) | {"names": rows})
        return
    screen.report(report)
    _show(screen, rows, most=None if show_all else SHOWN)


def _row(one: LearntName, unit: str, screen: Screen) -> dict[str, object]:
    """Return a name for a program: what it is, whose, how often, until when, and why."""
    tally = one.tally
    return {
        "name": one.name,
        "state": one.state.value,
        "unit_code": one.unit_code,
        "unit": unit,
        "tickets": tally.tickets if tally else 0,
        "callers": tally.callers if tally else 0,
        "first": tally.first.isoformat() if tally else "",
        "last": tally.last.isoformat() if tally else "",
        "until": one.until.isoformat() if one.until else "",
        "because": one.because.as_json(),
        "told": tell(one.because, screen.language),
    }


def _show(screen: Screen, rows: list[dict[str, object]], *, most: int | None) -> None:
    if not rows:
        return
    table = Table(title=screen.say("Names that tickets taught"), title_justify="left", expand=False)
    for heading in ("Name", "State", "Village or community", "Used until", "Why"):
        table.add_column(screen.say(heading), overflow="fold")
    for row in rows[:most]:
        state = screen.say(_STATES[NameState(str(row["state"]))])
        cells = (row["name"], state, row["unit"], row["until"], row["told"])
        table.add_row(*(escape(str(cell)) for cell in cells))
    screen.console.print(table)
    if most is not None and len(rows) > most:
        screen.line("… and {n} more; --all shows every one", n=len(rows) - most)
