"""The sample data beside the checkout: real files that tests may read but nobody commits."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(relative: str) -> Path:
    """Return the path of a shared sample file, or skip the test with a clear reason.

    Parameters
    ----------
    relative
        Path below ``shared/data``, for example ``"osm/guixi_jiangxi_2024-11.osm.pbf"``.
    """
    path = SHARED / relative
    if not path.exists():
        pytest.skip(f"sample data {relative} is not beside this checkout (../shared/data)")
    return path
