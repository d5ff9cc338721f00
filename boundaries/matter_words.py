"""Which words of a call the memory may learn from: those of the matter, not of where the caller lives."""

from boundaries.addresses import Address, Phrase, Role

_LEFT_OUT = frozenset({Role.CALLER, Role.ORIGIN, Role.COMPARED, Role.EXCLUDED})


def matter_words(address: Address) -> str:
    """Return a text without the names of places that are not the matter's.

    Parameters
    ----------
    address
        The text as `boundaries.addresses.read_address` read it.

    Returns
    -------
    str
        Folded; a stop stands where a name was left out, so that what stood before and behind stays apart.
        Empty when the text names only where the caller lives: such a ticket teaches nothing but a home.
    """
    if address.phrases and not any(_is_the_matters(phrase) for phrase in address.phrases):
        return ""
    text = address.folded.text
    kept, done = [], 0
    for phrase in sorted(address.phrases, key=lambda one: one.start):
        if not _is_the_matters(phrase):
            kept.append(text[done : phrase.start])
            done = max(done, phrase.end)
    return ",".join([*kept, text[done:]])


def _is_the_matters(phrase: Phrase) -> bool:
    return phrase.role not in _LEFT_OUT
