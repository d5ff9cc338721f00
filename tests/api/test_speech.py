"""How values are said: never more exact, never surer than they are."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from geo_service.api.speech import clock, dated, moment, percent, place_words, sentence
from geo_service.i18n import Language
from geo_service.tickets.reasons import Reason
from tests.api.toy_workspace import fifty_tickets


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0%"), (0.001, "1%"), (0.504, "50%"), (0.999, "99%"), (1.0, "100%")]
)
def test_a_doubt_is_never_rounded_away(share: float, said: str) -> None:
    assert percent(share) == said


def test_times_are_the_countys_and_to_the_minute() -> None:
    assert clock(9 * 3600 + 29) == "09:00"
    assert clock(9 * 3600 + 31) == "09:01"
    assert moment(datetime(2026, 1, 5, 16, 30, tzinfo=ZoneInfo("UTC"))) == "2026-01-06 00:30"
    assert dated(date(2026, 1, 12), Language.ZH_CN) == "2026-01-12 周一"


def test_a_place_repeats_no_name_twice() -> None:
    placed = [ticket for ticket in fifty_tickets() if ticket.candidates]
    said = [place_words(place, Language.ZH_CN) for place in placed[0].candidates]
    assert said == ["竹林村 · 河西街道（竹林市场）", "竹林村 · 河西街道（竹林新市场）", "竹林村 · 湖东镇"]


def test_codes_among_the_values_of_a_reason_become_words() -> None:
    template = "stop {seq} of the round of {body} on {day} ({half_day})"
    values = {"seq": 2, "body": "炎龙村“两委”", "day": "2026-01-12", "half_day": "PM"}
    assert "下午" in sentence(Reason("R1", template, values), Language.ZH_CN)
    assert "afternoon" in sentence(Reason("R1", template, values), Language.EN)
