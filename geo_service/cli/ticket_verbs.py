"""The verbs about one ticket, from its dispatch to the archive: the whole closed loop without a web page."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from geo_service.cli.options import JsonOption, LanguageOption, WorkspaceOption, open_workspace
from geo_service.cli.screen import Screen
from geo_service.i18n import tell
from geo_service.services import COUNTY_TIME, Services
from geo_service.tickets.callbacks import ContactChannel
from geo_service.tickets.handling import PressureKind
from geo_service.tickets.model import Ticket
from geo_service.tickets.statuses import STATUSES

ticket = typer.Typer(
    no_args_is_help=True,
    help="Take one ticket through the closed loop: sign, finish, return, call back, review, reopen.",
)


@ticket.callback()
def choose(language: LanguageOption = None) -> None:
    """Take the language for any verb; `main` passes it on."""
    del language


NumberArgument = Annotated[str, typer.Argument(help="The ticket's number at the hotline.")]
BodyOption = Annotated[str, typer.Option(help="The body that does it, as the ticket names it.")]
ByOption = Annotated[str, typer.Option(help="Your name; it is written into the ticket's events.")]
WhyOption = Annotated[str, typer.Option(help="On what grounds, in a few words.")]
UntilOption = Annotated[datetime, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="Until when.")]
ChannelOption = Annotated[
    ContactChannel, typer.Option(case_sensitive=False, help="How somebody was reached.")
]
Decided = Callable[[Services, str], Ticket]


def decide(
    number: str, decided: Decided, workspace: Path | None, language: LanguageOption, *, as_json: bool
) -> None:
    """Take a decision on the ticket of a number, and show where the ticket stands afterwards."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    after = decided(services, services.loop.ticket_of(number).id)
    _show(services, screen, after)


def _show(services: Services, screen: Screen, shown: Ticket) -> None:
    """Print a ticket's status, what waits, and what happened last."""
    with services.database.unit_of_work(write=False) as work:
        events = work.events.of_ticket(shown.id)
        owed = [one for one in work.loop.callbacks.of_ticket(shown.id) if one.done_at is None]
        parts = [part for part in work.loop.handlings.of_ticket(shown.id) if part.is_open]
    status = screen.say(STATUSES[shown.status])
    if screen.as_json:
        screen.json(
            {
                "number": shown.upstream_no,
                "id": shown.id,
                "status": shown.status.value,
                "bodies": [{"body": part.body, "role": part.role.value, "due": part.due} for part in parts],
                "callbacks": [
                    {"type": one.type.value, "method": one.method.value, "due": one.due} for one in owed
                ],
                "events": [
                    {"at": event.at, "by": event.by, "told": tell(event.reason, screen.language)}
                    for event in events
                ],
            }
        )
        return
    screen.console.rule(escape(f"{shown.upstream_no} · {status}"), align="left")
    for part in parts:
        values = {"body": part.body, "due": f"{part.due:%Y-%m-%d %H:%M}" if part.due else "—"}
        screen.line("{body} has it until {due}", **values)
    for one in owed:
        due = f"{one.due.astimezone(COUNTY_TIME):%Y-%m-%d %H:%M}"
        said = {"type": screen.word(one.type.value), "method": screen.word(one.method.value), "due": due}
        screen.line("a call-back is due: {type}, {method}, {due}", **said)
    for event in events:
        told = f"{event.at:%m-%d %H:%M} {event.by} · {tell(event.reason, screen.language)}"
        screen.console.print(escape(told), highlight=False)


@ticket.command("show")
def show(
    number: NumberArgument,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Show where a ticket stands, what waits, and what happened to it."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    _show(services, screen, services.loop.ticket_of(number))


@ticket.command("dispatch")
def dispatch(
    number: NumberArgument,
    by: ByOption,
    why: WhyOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Confirm the proposed handling body: the clocks begin to run."""
    decide(
        number, lambda s, id_: s.confirm_handling(id_, by=by, why=why), workspace, language, as_json=as_json
    )


@ticket.command("sign")
def sign(
    number: NumberArgument,
    body: BodyOption,
    by: ByOption,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Sign for a ticket."""
    decide(number, lambda s, id_: s.loop.sign(id_, body, by=by), workspace, language, as_json=as_json)


@ticket.command("complete")
def complete(
    number: NumberArgument,
    body: BodyOption,
    by: ByOption,
    result: Annotated[str, typer.Option(help="What was done.")],
    evidence: Annotated[str, typer.Option(help="What shows it: photos, a protocol, an order.")] = "",
    reply: Annotated[str, typer.Option(help="What the requester is told.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Record what a body has done; then the call-back is due."""
    decide(
        number,
        lambda s, id_: s.loop.complete(id_, body, by=by, result=result, evidence=evidence, reply=reply),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("waive")
def waive(
    number: NumberArgument,
    body: BodyOption,
    by: ByOption,
    why: WhyOption,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Go on without an assisting body's answer."""
    decide(
        number, lambda s, id_: s.loop.waive(id_, body, by=by, why=why), workspace, language, as_json=as_json
    )


@ticket.command("return")
def give_back(
    number: NumberArgument,
    body: BodyOption,
    by: ByOption,
    why: WhyOption,
    suggested: Annotated[str, typer.Option(help="The body that should have it instead.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Ask to give a ticket back."""
    decide(
        number,
        lambda s, id_: s.loop.request_return(id_, body, by=by, why=why, suggested=suggested),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("decide-return")
def decide_return(
    number: NumberArgument,
    by: ByOption,
    why: WhyOption,
    to: Annotated[
        str | None,
        typer.Option(help="Who gets it; the same body refuses the return, none goes back upstream."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Decide a return: another body, the same one (designated), or back to the hotline."""
    decide(
        number,
        lambda s, id_: s.loop.decide_return(id_, by=by, why=why, to=to),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("extend")
def extend(
    number: NumberArgument,
    body: BodyOption,
    by: ByOption,
    why: WhyOption,
    until: UntilOption,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Ask for more time."""
    decide(
        number,
        lambda s, id_: s.loop.request_extension(id_, body, by=by, why=why, until=_local(until)),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("decide-extension")
def decide_extension(
    number: NumberArgument,
    by: ByOption,
    granted: Annotated[bool, typer.Option("--grant/--refuse", help="Whether the body gets its time.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Grant or refuse more time."""
    decide(
        number,
        lambda s, id_: s.loop.decide_extension(id_, by=by, granted=granted),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("press")
def press(
    number: NumberArgument,
    body: BodyOption,
    by: ByOption,
    why: WhyOption,
    kind: Annotated[
        PressureKind,
        typer.Option(case_sensitive=False, help="URGE, or SUPERVISE for an answer."),
    ] = PressureKind.URGE,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Urge or supervise a body."""
    decide(
        number,
        lambda s, id_: s.loop.press(id_, body, by=by, why=why, kind=kind),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("defer")
def defer(
    number: NumberArgument,
    body: BodyOption,
    by: ByOption,
    why: WhyOption,
    plan: Annotated[str, typer.Option(help="What is done until then.")],
    until: UntilOption,
    approved_by: Annotated[str, typer.Option(help="The head of the unit who approves it.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Put a ticket aside that cannot be solved for now."""
    decide(
        number,
        lambda s, id_: s.loop.defer(
            id_, body, by=by, why=why, plan=plan, until=_local(until), approved_by=approved_by
        ),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("resume")
def resume(
    number: NumberArgument,
    by: ByOption,
    why: WhyOption,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Take a deferred ticket up again."""
    decide(number, lambda s, id_: s.loop.resume(id_, by=by, why=why), workspace, language, as_json=as_json)


@ticket.command("withdraw")
def withdraw(
    number: NumberArgument,
    by: ByOption,
    why: WhyOption,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Let the requester take a ticket back."""
    decide(number, lambda s, id_: s.loop.withdraw(id_, by=by, why=why), workspace, language, as_json=as_json)


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=COUNTY_TIME)
