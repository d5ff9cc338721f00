"""Words that no literal call names: each stands in the Chinese catalogue, and in one meaning only."""

from babel.messages.pofile import read_po

from geo_service.api.answers import BROKEN, TITLES
from geo_service.api.pages.review import ADVICE, UNSURE
from geo_service.api.words import ACTORS, WEEKDAYS, WORDS
from tests.test_translations import CATALOGUES, messages


def test_every_word_of_a_table_is_translated() -> None:
    known = messages()
    tables = (WORDS, ACTORS, WEEKDAYS, ADVICE, TITLES)
    words = {word for table in tables for word in table.values()} | {BROKEN, UNSURE}
    assert not {word for word in words if not known.get(word)}


def test_no_two_catalogues_say_one_sentence_differently() -> None:
    said: dict[str, dict[str, str]] = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                if message.id and message.string:
                    said.setdefault(str(message.id), {})[path.stem] = str(message.string)
    assert not {template: told for template, told in said.items() if len(set(told.values())) > 1}
