"""What confirmed tickets have taught, as the files of a workspace keep it; opened on first use."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from boundaries import Calibration, TextMemory
from geo_service.settings import Workspace


@dataclass(frozen=True)
class Learned:
    """A county's own calibration and memory."""

    calibration_file: Path | None = None
    memory_file: Path | None = None

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """Return what a workspace has learnt; nothing, where `geo-service learn` never ran."""
        return cls(workspace.calibration, workspace.memory)

    @cached_property
    def calibration(self) -> Calibration | None:
        """What confidences are worth here; None takes the shipped table.

        Raises
        ------
        NotAMapError
            When the file cannot be read; learning again writes it anew.
        """
        path = self.calibration_file
        return Calibration.load(path) if path and path.exists() else None

    @cached_property
    def memory(self) -> TextMemory | None:
        """What is remembered of texts; None when nothing is.

        Raises
        ------
        BadMemoryError
            When the file cannot be read; learning again writes it anew.
        """
        path = self.memory_file
        return TextMemory.open(path) if path and path.exists() else None


NOTHING = Learned()
