"""One text explained on the screen: what was read, considered, and why it won."""

from boundaries import Candidate, MentionStory, narrate
from geo_service.cli.screen import Screen
from geo_service.i18n import tell
from geo_service.services import Services


def explain_text(services: Services, screen: Screen, text: str) -> None:
    """Narrate how one text is read."""
    narration = narrate(text, services.geocoder, services.gazetteer)
    result = narration.result
    told = [tell(reason, screen.language) for reason in result.because]
    if screen.as_json:
        candidates = [_described(candidate, screen) for candidate in result.candidates]
        document = {
            "text": narration.text,
            "mentions": [_mentioned(one, screen) for one in narration.mentions],
        }
        document |= {"status": result.status.name, "because": told, "candidates": candidates}
        screen.json(document | {"is_sure": result.is_sure})
        return
    screen.console.print(narration.text, markup=False, highlight=False)
    for story in narration.mentions:
        line = f"  {story.words}: {tell(story.because, screen.language)} [{story.because.rule}]"
        screen.console.print(line, markup=False, highlight=False)
    screen.console.print(screen.word(result.status.name), style="bold", markup=False)
    for sentence in told:
        screen.console.print(f"• {sentence}", markup=False, highlight=False)
    for number, found in enumerate(result.candidates, start=1):
        heading = f"{number}. {found.label} · {found.unit_name} {found.town_name} · {found.confidence:.0%}"
        screen.console.print(heading, style="bold", markup=False, highlight=False)
        for reason in found.because:
            screen.console.print(f"   • {tell(reason, screen.language)}", markup=False, highlight=False)


def _mentioned(story: MentionStory, screen: Screen) -> dict[str, object]:
    """Return a mention for a program."""
    return {
        "words": story.words,
        "start": story.start,
        "end": story.end,
        "kind": story.kind.value,
        "role": story.role.value if story.role else None,
        "relation": story.relation.value if story.relation else None,
        "count": story.count,
        "names": list(story.names),
        "outcome": story.outcome.value,
        "rule": story.because.rule,
        "because": tell(story.because, screen.language),
    }


def _described(candidate: Candidate, screen: Screen) -> dict[str, object]:
    """Return a candidate for a program."""
    return {
        "place": candidate.label,
        "unit_code": candidate.unit_code,
        "unit": candidate.unit_name,
        "town": candidate.town_name,
        "level": candidate.level.name,
        "confidence": round(candidate.confidence, 3),
        "because": [tell(reason, screen.language) for reason in candidate.because],
    }
