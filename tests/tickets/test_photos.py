"""A picture is kept as a picture only: no place, no device, no hidden text, no bomb."""

import io
from pathlib import Path

import pytest
from PIL import Image

from geo_service.errors import BadFileError
from geo_service.tickets.photos import LARGEST_FILE, keep_photo


def taken(size: tuple[int, int] = (400, 200), *, kind: str = "JPEG", orientation: int = 1) -> bytes:
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = "a phone"
    notes.get_ifd(0x8825)[1] = "N"
    made = io.BytesIO()
    Image.new("RGB", size, "green").save(made, kind, exif=notes)
    return made.getvalue()


def test_nothing_hidden_stays_and_the_picture_stands_upright(tmp_path: Path) -> None:
    name = keep_photo(taken(orientation=6), tmp_path / "photos")
    kept = (tmp_path / "photos" / name).read_bytes()
    assert b"a phone" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (200, 400)
        assert not picture.getexif()


def test_the_same_picture_is_kept_once_and_large_ones_get_smaller(tmp_path: Path) -> None:
    names = {keep_photo(taken((5000, 100), kind="PNG"), tmp_path) for _ in range(2)}
    assert len(names) == len(list(tmp_path.iterdir())) == 1
    with Image.open(tmp_path / names.pop()) as picture:
        assert picture.width == 2048


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg/>", taken()[:300], b"x" * (LARGEST_FILE + 1)], ids=range(5)
)
def test_what_is_no_picture_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="picture"):
        keep_photo(content, tmp_path)
    assert list(tmp_path.iterdir()) == []
