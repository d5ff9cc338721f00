"""The toy county's workspace, for commands."""

import shutil
from pathlib import Path

import pytest

from tests.workflow.conftest import toy_workspace  # noqa: F401 - a fixture is found by its name

HEADER = "工单编号,受理时间,诉求类型,事项分类,诉求内容,来电人,联系电话"
STALL = "东海街道炎龙村望海楼市场门口占道。"
VAGUE = "竹林村进村大道路灯全部不亮，请求维修。"


def write_tickets(path: Path, texts: list[str]) -> Path:
    """Write texts as a hotline's file, the last row bad."""
    rows = [
        f"C{number:04d},2026-01-08 09:00,投诉,城乡建设/占道经营,{text},陈晓明,13800000000"
        for number, text in enumerate(texts)
    ]
    lines = [HEADER, *rows, "C9999,昨天,投诉,,没有时间,陈晓明,13800000000"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def workspace(toy_workspace: Path, tmp_path: Path) -> Path:  # noqa: F811 - the fixture itself
    """Return a copy of the toy county, its ledger empty."""
    folder = tmp_path / "县 里"
    shutil.copytree(toy_workspace, folder, ignore=shutil.ignore_patterns("*.db*", "maps"))
    return folder
