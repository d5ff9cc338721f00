"""The verbs about call-backs and closing; importing it adds them to those of `ticket_verbs`."""

from typing import Annotated

import typer

from geo_service.cli.options import JsonOption, LanguageOption, WorkspaceOption
from geo_service.cli.ticket_verbs import (
    ByOption,
    ChannelOption,
    NumberArgument,
    WhyOption,
    decide,
    ticket,
)
from geo_service.tickets.callbacks import (
    Answers,
    AttemptResult,
    ContactChannel,
    DissatisfactionReason,
    Resolved,
    Respondent,
    Satisfaction,
)
from geo_service.tickets.lists import ClosureReason
from geo_service.tickets.statuses import Status


@ticket.command("contact")
def contact(
    number: NumberArgument,
    by: ByOption,
    words: Annotated[str, typer.Option(help="What was said.")],
    channel: ChannelOption = ContactChannel.PHONE,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Write down that the requester was spoken to during the works; no call-back."""
    decide(
        number,
        lambda s, id_: s.loop.contact(id_, by=by, words=words, channel=channel),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("attempt")
def attempt(
    number: NumberArgument,
    by: ByOption,
    result: Annotated[AttemptResult, typer.Option(case_sensitive=False, help="What came of it.")],
    channel: ChannelOption = ContactChannel.PHONE,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Write down an attempt to call back that reached nobody."""
    decide(
        number,
        lambda s, id_: s.loop.attempt(id_, by=by, channel=channel, result=result),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("callback")
def call_back(
    number: NumberArgument,
    by: ByOption,
    resolved: Annotated[Resolved, typer.Option(case_sensitive=False, help="Whether the matter is solved.")],
    satisfaction: Annotated[
        Satisfaction | None,
        typer.Option(case_sensitive=False, help="What is said of it; DECLINED counts."),
    ] = None,
    because: Annotated[
        DissatisfactionReason | None,
        typer.Option(case_sensitive=False, help="Why somebody is dissatisfied."),
    ] = None,
    respondent: Annotated[
        Respondent, typer.Option(case_sensitive=False, help="Who answered.")
    ] = Respondent.REQUESTER,
    channel: ChannelOption = ContactChannel.PHONE,
    team: Annotated[
        list[str] | None, typer.Option(help="Who went; twice or more for a face-to-face call-back.")
    ] = None,
    handler_contacted: Annotated[
        bool | None,
        typer.Option("--contacted/--not-contacted", help="Whether the handling body had been in touch."),
    ] = None,
    words: Annotated[str, typer.Option(help="The respondent's own words.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Record a call-back; its answers decide where the ticket goes."""
    answers = Answers(respondent, resolved, satisfaction, because, handler_contacted, words)
    decide(
        number,
        lambda s, id_: s.loop.call_back(id_, answers, by=by, channel=channel, team=team or ()),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("to-review")
def to_review(
    number: NumberArgument,
    by: ByOption,
    why: WhyOption,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Let a reviewer decide where no call-back can be made."""
    decide(
        number,
        lambda s, id_: s.loop.send_to_review(id_, by=by, why=why),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("review")
def review(
    number: NumberArgument,
    by: ByOption,
    why: WhyOption,
    to: Annotated[
        Status,
        typer.Option(case_sensitive=False, help="CLOSED, REHANDLING, or CALLBACK_DUE to try again."),
    ],
    closure: Annotated[
        ClosureReason | None, typer.Option(case_sensitive=False, help="Why it leaves the ledger.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Decide a closing under review; who worked on the ticket cannot."""
    decide(
        number,
        lambda s, id_: s.loop.review(id_, by=by, why=why, to=to, closure=closure),
        workspace,
        language,
        as_json=as_json,
    )


@ticket.command("reopen")
def reopen(
    number: NumberArgument,
    by: ByOption,
    why: WhyOption,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Take a closed ticket up again, because the matter came back."""
    decide(number, lambda s, id_: s.loop.reopen(id_, by=by, why=why), workspace, language, as_json=as_json)
