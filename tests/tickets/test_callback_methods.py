"""Which method a call-back takes, row by row of the shipped table, and a table of one's own."""

from dataclasses import replace
from pathlib import Path

import pytest

from geo_service.errors import BadFileError
from geo_service.tickets.callback_methods import FACTS, By, Fact, MethodTable, facts_of
from geo_service.tickets.callbacks import CallbackMethod
from geo_service.tickets.model import Flag, RequestKind
from tests.storage.samples import a_ticket

TABLE = MethodTable.shipped()
C = CallbackMethod


@pytest.mark.parametrize(
    ("facts", "methods"),
    [
        (set(), [("M5", C.CORE, By.VILLAGE)]),
        ({Fact.INQUIRY}, [("M4", C.AUXILIARY, By.VILLAGE)]),
        ({Fact.CONFLICT}, [("M3", C.JOINT, By.VILLAGE_AND_LEAD)]),
        ({Fact.CALLER_AWAY}, [("M2", C.AUXILIARY, By.VILLAGE)]),
        ({Fact.NOT_HOME_TWICE}, [("M2", C.AUXILIARY, By.VILLAGE)]),
        (
            {Fact.CALLER_AWAY, Fact.CONFLICT},
            [("M3", C.JOINT, By.VILLAGE_AND_LEAD), ("M2", C.AUXILIARY, By.VILLAGE)],
        ),
        ({Fact.RECUSED, Fact.CONFLICT}, [("M1", C.AUXILIARY, By.TOWN)]),
        ({Fact.REPORT, Fact.CALLER_AWAY}, [("M1", C.AUXILIARY, By.TOWN)]),
    ],
)
def test_the_first_row_that_fits_decides(facts: set[Fact], methods: list[tuple[str, C, By]]) -> None:
    assert [(rule.rule, rule.method, rule.by) for rule in TABLE.of(facts)] == methods


@pytest.mark.parametrize("fact", [Fact.RECUSED, Fact.REPORT, Fact.CONFIDENTIAL])
def test_no_village_ever_calls_where_it_must_not_know(fact: Fact) -> None:
    for other in Fact:
        assert all(rule.by is By.TOWN for rule in TABLE.of({fact, other}))


def test_the_facts_are_read_from_the_ticket() -> None:
    ticket = replace(
        a_ticket(),
        flags=frozenset({Flag.CALLER_AWAY}),
        request_kind=RequestKind.COMPLAINT,
        category="政法/邻里纠纷",
    )
    assert facts_of(ticket, bodies=2) == {Fact.CALLER_AWAY, Fact.CONFLICT, Fact.SEVERAL_BODIES}
    assert facts_of(ticket, not_home=1, order_active=True) == {
        Fact.CALLER_AWAY,
        Fact.CONFLICT,
        Fact.ORDER_ACTIVE,
    }


def test_every_fact_has_its_sentence() -> None:
    assert set(FACTS) == set(Fact)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("M5,HAPPY,CORE,PHONE,VILLAGE", "line 2: a row is rule, fact"),
        ("M3,CONFLICT,JOINT,FACE_TO_FACE,VILLAGE", "needs a last row without a fact"),
    ],
)
def test_a_table_that_is_none_is_told(rows: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "methods.csv"
    file.write_text(f"rule,fact,method,channel,by\n{rows}\n", encoding="utf-8")
    with pytest.raises(BadFileError, match=said):
        MethodTable.load(file)
