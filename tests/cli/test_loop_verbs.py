"""The closed loop without a web page: a ticket from its dispatch to the ledger, by the command line alone."""

import json
from pathlib import Path

import pytest

from geo_service.cli import main
from tests.cli.conftest import STALL, write_tickets

BODY = "东海街道办事处"


def run(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    said = capsys.readouterr()
    assert ended.value.code == code, said.out + said.err
    return said.out + said.err


def at(workspace: Path) -> list[str]:
    return ["--workspace", str(workspace)]


@pytest.fixture
def dispatched(workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a workspace with one ticket, dispatched."""
    where = at(workspace)
    run(capsys, "import", str(write_tickets(tmp_path / "a.csv", [STALL])), *where)
    run(capsys, "geocode", *where)
    run(capsys, "assign", *where)
    run(capsys, "ticket", "dispatch", "C0000", "--by", "调度员", *where)
    return workspace


def test_a_ticket_goes_from_dispatch_to_closing_and_stands_in_ledger_and_report(
    dispatched: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = at(dispatched)
    shown = json.loads(run(capsys, "ticket", "show", "C0000", "--json", *where))
    (body,) = {part["body"] for part in shown["bodies"] if part["role"] == "LEAD"}
    run(capsys, "ticket", "sign", "C0000", "--body", body, "--by", "陈主任", *where)
    done = ["ticket", "complete", "C0000", "--body", body, "--by", "陈主任", "--result", "已清理摊位"]
    assert "待回访" in run(capsys, *done, *where)
    calling = ["ticket", "callback", "C0000", "--by", "李委员", "--resolved", "yes"]
    face = ["--channel", "face_to_face", "--team", "李委员", "--team", "王委员"]
    told = run(capsys, *calling, "--satisfaction", "satisfied", *face, *where)
    assert "已销号" in told
    assert "C0000" in run(capsys, "ledger", *where)
    file = tmp_path / "台账.xlsx"
    assert "已将 1 行写入 台账.xlsx" in run(capsys, "ledger", "--xlsx", str(file), *where)
    assert file.stat().st_size > 1_000
    assert "回复12345工单1件、化解各类矛盾纠纷0起" in run(capsys, "report", "2026-01", *where)
    assert "0" in run(capsys, "check", *where)
    assert "陈晓明" not in run(capsys, "ledger", "--json", *where)


def test_what_is_missing_is_told_and_nothing_happens(
    dispatched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = at(dispatched)
    calling = ["ticket", "callback", "C0000", "--by", "李委员", "--resolved", "yes", *where]
    assert "此工单没有待办的回访" in run(capsys, *calling, code=2)
    assert "没有编号为 C0007 的工单" in run(capsys, "ticket", "show", "C0007", *where, code=2)
    assert "2026-13 不是月份" in run(capsys, "report", "2026-13", *where, code=2)
    assert "火星镇 不是本市（县）的镇街" in run(
        capsys, "report", "2026-01", "--town", "火星镇", *where, code=2
    )


def test_the_keys_can_be_turned_and_everything_is_still_read(
    dispatched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = at(dispatched)
    before = (dispatched / "keys.txt").read_text(encoding="ascii")
    assert "已用新密钥重新加密 1 件" in run(capsys, "keys", "--turn", *where)
    after = (dispatched / "keys.txt").read_text(encoding="ascii")
    assert before.splitlines()[1] not in after
    assert "C0000" in run(capsys, "ticket", "show", "C0000", *where)


def test_every_verb_of_a_ticket_can_be_said(dispatched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = at(dispatched)
    shown = json.loads(run(capsys, "ticket", "show", "C0000", "--json", *where))
    lead = next(part["body"] for part in shown["bodies"] if part["role"] == "LEAD")
    assists = [part["body"] for part in shown["bodies"] if part["role"] == "ASSIST"]
    why, chief = ["--why", "现场看过"], ["--by", "陈主任"]
    body = ["--body", lead, *chief]
    until = ["--until", "2027-01-12"]
    unsolved = ["--resolved", "no", "--satisfaction", "dissatisfied", "--because", "result"]
    solved = ["--resolved", "yes", "--satisfaction", "satisfied"]
    tried = ["attempt", "--by", "李委员", "--result", "no_answer"]
    said = [
        ["return", *body, *why, "--suggested", "公路部门"],
        ["decide-return", "--by", "调度员", *why, "--to", lead],
        ["press", *body, *why, "--kind", "supervise"],
        ["sign", *body],
        ["contact", "--by", "李委员", "--words", "说明工期"],
        ["extend", *body, *why, *until],
        ["decide-extension", "--by", "调度员", "--grant"],
        ["defer", *body, *why, *until, "--plan", "先设警示牌", "--approved-by", "书记"],
        ["resume", *chief, *why],
        *(["waive", "--body", name, "--by", "调度员", *why] for name in assists),
        ["complete", *body, "--result", "已清理"],
        ["callback", "--by", "李委员", *unsolved],
        ["complete", *body, "--result", "再次清理"],
        tried,
        ["callback", "--by", "李委员", *solved],
        ["reopen", "--by", "调度员", *why],
        ["withdraw", "--by", "调度员", *why],
    ]
    for verb, *words in said:
        run(capsys, "ticket", verb, "C0000", *words, *where)
    assert "已撤诉" in run(capsys, "ticket", "show", "C0000", *where)
    for verb in ("to-review", "review"):
        words = [
            "--by",
            "复核员",
            *why,
            *(["--to", "closed", "--closure", "explained"] if verb == "review" else []),
        ]
        run(capsys, "ticket", verb, "C0000", *words, *where, code=2)
    assert "台账检查" in run(capsys, "check", *where)
