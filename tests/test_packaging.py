"""The wheel is whole: four packages, their data, the pages and the web assets."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WANTED = (
    "boundaries/data/",
    "maps/static/vendor/leaflet.js",
    "geo_service/web/locales/zh_CN/web.po",
    "geo_service/web/templates/",
    "geo_service/storage/migrations/",
    "routing/py.typed",
)


def test_the_wheel_carries_everything_the_service_reads(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert not [wanted for wanted in WANTED if not any(name.startswith(wanted) for name in names)]


def test_the_lock_names_hashes_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "resolved" not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
