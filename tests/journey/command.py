"""Runs `geo-service` in this process, as `main` does for a person."""

import contextlib
import io
import json
from dataclasses import dataclass
from typing import Any

from geo_service.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON document that ``--json`` printed."""
        document: dict[str, Any] = json.loads(self.out)
        return document


def geo_service(*words: object) -> Ran:
    """Run one command and return its exit code and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(word) for word in words])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())
