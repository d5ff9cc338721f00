"""`geo-service learn`: names are shown with why, approved and forgotten, in both languages."""

import json
from pathlib import Path

import pytest

from geo_service.services import Services
from geo_service.settings import Workspace
from geo_service.tickets.statuses import Status
from tests.cli.conftest import write_tickets
from tests.cli.test_loop_verbs import at, run
from tests.toy_county import CODES

TEXTS = [
    "金湾花园门口垃圾堆积，没有人管。",
    "在金湾花园旁边有人占道经营。",
    "金湾花园路灯不亮。",
]


@pytest.fixture
def confirmed(workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a workspace in which a person has said where three tickets are."""
    where = at(workspace)
    file = write_tickets(tmp_path / "a.csv", TEXTS)
    lines = file.read_text(encoding="utf-8").splitlines()
    changed = [line.replace("13800000000", f"1380000000{n}") for n, line in enumerate(lines)]
    file.write_text("\n".join(changed) + "\n", encoding="utf-8")
    run(capsys, "import", str(file), *where)
    run(capsys, "geocode", *where)
    services = Services.open(Workspace(workspace))
    with services.database.unit_of_work(write=False) as work:
        waiting = work.tickets.by_status(Status.LOCATING)
    assert len(waiting) == 3
    for ticket in waiting:
        services.confirm_place(ticket.id, unit_code=CODES["B"], reason="到过现场", by="调度员")
    services.database.close()
    return workspace


def test_names_are_proposed_approved_and_forgotten(
    confirmed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = at(confirmed)
    told = run(capsys, "learn", *where)
    assert "待审核" in told
    assert "炎龙村" in told
    document = json.loads(run(capsys, "learn", "--json", *where))
    (name,) = document["names"]
    assert (name["state"], name["tickets"], name["callers"]) == ("PROPOSED", 3, 3)
    assert "13800" not in json.dumps(document)
    said = name["name"]
    run(capsys, "learn", "--approve", "all", "--by", "陈主任", *where)
    assert "陈主任" in (confirmed / "aliases.csv").read_text(encoding="utf-8")
    found = json.loads(run(capsys, "learn", "--json", "--lang", "en", *where))
    assert found["names"][0]["state"] == "APPROVED"
    assert found["names"][0]["told"].startswith("3 of 3 tickets with it lie there")
    run(capsys, "learn", "--forget", said, *where)
    assert json.loads(run(capsys, "learn", "--json", *where))["names"] == []


def test_a_name_that_is_not_there_is_refused_and_the_help_teaches(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = at(workspace)
    assert "未列入待审核" in run(capsys, "learn", "--approve", "无名花园", *where, code=2)
    assert "不学习诉求人的住处" in run(capsys, "learn", "--help")
    assert "No home" in run(capsys, "learn", "--help", "--lang", "en")
