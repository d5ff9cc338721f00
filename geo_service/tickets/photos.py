"""Pictures of a place: made anew from what the phone sent, so that nothing hidden in the file stays.

A phone writes where, when and with which device into its pictures; a crafted file may hold anything. What is
kept is only the picture: turned upright, no larger than a screen shows, encoded again.
"""

import hashlib
import io
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from geo_service.errors import BadFileError

LARGEST_FILE = 20_000_000
"""Bytes."""
_MOST_PIXELS = 60_000_000
_LONGEST_SIDE = 2048
_QUALITY = 85
_KINDS = ("JPEG", "PNG", "WEBP")


def keep_photo(content: bytes, folder: Path) -> str:
    """Write a picture into a folder, made anew, and return its file name: digest and ``.jpg``.

    The same picture has the same name, so a repeated upload changes nothing.

    Raises
    ------
    BadFileError
        When it is no picture of a kind that phones make, is damaged, or is too large.
    """
    if len(content) > LARGEST_FILE:
        raise BadFileError("the picture is larger than {most} MB", most=LARGEST_FILE // 1_000_000)
    try:
        with Image.open(io.BytesIO(content), formats=_KINDS) as picture:
            is_huge = picture.width * picture.height > _MOST_PIXELS
            upright = None if is_huge else ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadFileError("this is no picture that can be read: JPEG, PNG or WebP") from error
    if upright is None:
        raise BadFileError("the picture has more than {most} million pixels", most=_MOST_PIXELS // 10**6)
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    made = io.BytesIO()
    # pixels only: a new image carries no notes of the old one
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    clean.save(made, "JPEG", quality=_QUALITY, optimize=True)
    name = hashlib.sha256(made.getvalue()).hexdigest()[:32] + ".jpg"
    folder.mkdir(exist_ok=True)
    target = folder / name
    if not target.exists():
        unfinished = folder / f"unfinished-{name}"
        unfinished.write_bytes(made.getvalue())
        unfinished.replace(target)
    return name
