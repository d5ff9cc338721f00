"""Every verb as a person and as a program meets it: sentences or JSON, and an exit code one can rely on."""

import json
import re
from pathlib import Path

import pytest

from geo_service.cli.serving import listen
from tests.cli.conftest import STALL, VAGUE, write_tickets
from tests.journey.command import geo_service

CHINESE = re.compile(r"[\u4e00-\u9fff]")
STEPS = (["geocode"], ["assign"], ["plan"], ["hotspots"], ["map", "--every-round"])


@pytest.fixture
def tickets(tmp_path: Path) -> Path:
    return write_tickets(tmp_path / "tickets.csv", [STALL] * 9 + [VAGUE] * 25 + [STALL + "请为我保密。"])


def test_every_verb_prints_one_json_document_and_nothing_else(
    workspace: Path, tickets: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    verbs = (["import", tickets], *STEPS, ["geocode", "--explain", VAGUE], *STEPS)
    for words in verbs:
        ran = geo_service(*words, "--workspace", workspace, "--json")
        assert (ran.code, ran.err) == (0, ""), words
        assert isinstance(json.loads(ran.out), dict)
        assert not re.search("13800000000|陈晓明", ran.out)
    assert capfd.readouterr() == ("", ""), "the libraries below print nothing either"


def test_every_verb_says_what_it_did_and_left(workspace: Path, tickets: Path) -> None:
    here = ("--workspace", workspace)
    shown = [geo_service("import", tickets, *here), *(geo_service(*words, *here) for words in STEPS)]
    assert [ran.code for ran in shown] == [0] * 6
    assert re.search(r"35\s+件新导入", shown[0].out)
    assert re.search(r"37\s*│\s*受理时间\s*│", shown[0].out)
    assert "还有 5 条" in shown[1].out
    assert "issues.html" in shown[5].out
    assert not re.search("13800000000|陈晓明", "".join(ran.out for ran in shown))


def test_all_lists_every_ticket_left(workspace: Path, tickets: Path) -> None:
    geo_service("import", tickets, "--workspace", workspace)
    ran = geo_service("geocode", "--all", "--workspace", workspace)
    assert len(re.findall(r"C00\d\d", ran.out)) == 25


def test_english_when_asked(workspace: Path, tickets: Path) -> None:
    here = ("--workspace", workspace, "--lang", "en")
    assert "35  tickets imported" in geo_service("import", tickets, *here).out
    for words in STEPS[1:]:
        assert not CHINESE.search(re.sub(r".*“两委”.*", "", geo_service(*words, *here).out))


def test_reasons_of_a_report_are_data_and_sentence(workspace: Path, tickets: Path) -> None:
    here = ("--workspace", workspace, "--json", "--lang", "en")
    (problem,) = geo_service("import", tickets, *here).report["problems"]
    assert (problem["row"], problem["column"], problem["is_left_out"]) == (37, "受理时间", True)
    assert problem["told"] == "this is no time; write it like 2026-01-05 08:30, year first"
    left = geo_service("geocode", *here).report["left"]
    assert {entry["reason"]["rule"] for entry in left} == {"L6"}
    assert all(not CHINESE.search(entry["told"]) or "竹林" in entry["told"] for entry in left)


@pytest.mark.parametrize("words", [["import", "none.csv"], *STEPS, ["serve"]])
def test_without_a_workspace_every_verb_says_what_to_do(tmp_path: Path, words: list[str]) -> None:
    as_json = [] if words == ["serve"] else ["--json"]
    ran = geo_service(*words, "--workspace", tmp_path, "--lang", "en", *as_json)
    assert ran.code == 2
    told = json.loads(ran.out)["error"]["message"] if as_json else ran.err
    assert "geo-service init" in told
    assert not list(tmp_path.iterdir())


def test_errors_speak_the_language_of_the_workspace(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (workspace / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write('language = "en"\n')
    missing = tmp_path / "none.csv"
    assert "cannot be opened" in geo_service("import", missing, "--workspace", workspace).err
    monkeypatch.chdir(workspace)
    assert "cannot be opened" in geo_service("import", missing).err
    assert "打不开" in geo_service("import", missing, "--lang", "zh_CN").err


def test_a_workspace_may_be_named_by_the_environment(
    workspace: Path, tickets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEO_SERVICE_WORKSPACE", str(workspace))
    assert geo_service("import", tickets, "--json").report["done"]["imported"] == 35
    assert (workspace / "geo-service.db").exists()


def test_what_the_machine_refuses_is_one_sentence(workspace: Path) -> None:
    (workspace / "maps").write_text("not a folder", encoding="utf-8")
    ran = geo_service("map", "--workspace", workspace, "--lang", "en")
    assert ran.code == 2
    assert ran.err.startswith("✗ maps cannot be used")
    assert json.loads(geo_service("map", "--workspace", workspace, "--json").out)["error"]["values"]


def test_settings_that_cannot_be_are_told(workspace: Path) -> None:
    (workspace / "settings.toml").write_text('name = "x"\nplanning_days = 99\n', encoding="utf-8")
    ran = geo_service("plan", "--workspace", workspace, "--lang", "en")
    assert ran.code == 2
    assert "planning_days cannot be 99" in ran.err


def test_a_port_in_use_is_told_before_anything_is_done(workspace: Path, tmp_path: Path) -> None:
    with listen(0) as taken:
        port = taken.getsockname()[1]
        served = geo_service("serve", "--port", port, "--workspace", workspace)
        shown = geo_service("demo", tmp_path / "demo", "--port", port, "--lang", "en")
    assert (served.code, shown.code) == (2, 2)
    assert f"端口 {port} 已被" in served.err
    assert f"--port {port + 1}" in "".join(shown.err.split("\n"))
    assert not (tmp_path / "demo").exists()


def test_a_real_county_is_never_taken_for_a_demo(workspace: Path) -> None:
    (workspace / "settings.toml").write_text('name = "真"\n', encoding="utf-8")
    ran = geo_service("demo", workspace, "--fresh", "--no-serve", "--lang", "en")
    assert ran.code == 2
    assert "holds a real county" in ran.err
    assert (workspace / "areas.gpkg").exists()
