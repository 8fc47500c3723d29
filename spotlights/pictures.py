"""Pictures of people: encoded anew when they arrive, and kept in the sizes that pages show.

What is kept holds no trace of the file that came: no EXIF, no place where it was taken, no
comment, no profile; and it stands upright. Names are random, so that nobody guesses one, and an
address means the same picture for ever.
"""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageCms, ImageOps

WIDTHS = (320, 640, 960)
LEAST_SIDE = 200
MAX_MB = 12
# Of the largest phone cameras; unpacked, that many take 200 MB for a moment.
MAX_PIXELS = 50_000_000

# What is kept of each width, the better one first.
KINDS = {"webp": {"quality": 80, "method": 4}, "jpg": {"quality": 82, "progressive": True}}
FORMATS = {"webp": "WEBP", "jpg": "JPEG"}
TAKEN = ["JPEG", "PNG", "WEBP"]

# As ``keep`` makes them: whatever else is in the folder is not ours to show or delete.
OUR_NAME = re.compile(r"(?P<key>[0-9a-f]{32})-\d{3}\.(?:webp|jpg)")
# How long a picture without a spotlight may be that of one just being saved.
WAITS = timedelta(hours=1)


class PictureError(Exception):
    """A file that cannot be taken as a picture; its text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture in the store, as large as its largest size."""

    key: str
    width: int
    height: int

    @property
    def widths(self) -> list[int]:
        return [width for width in WIDTHS if width < self.width] + [self.width]

    @property
    def names(self) -> list[str]:
        return [_name(self.key, width, kind) for width in self.widths for kind in KINDS]

    @property
    def src(self) -> str:
        """The largest size, as every browser and every other site can read it."""
        return _address(self.key, self.width, "jpg")

    @property
    def srcset(self) -> str:
        return self._sources("jpg")

    @property
    def srcset_webp(self) -> str:
        return self._sources("webp")

    def _sources(self, kind: str) -> str:
        return ", ".join(f"{_address(self.key, width, kind)} {width}w" for width in self.widths)


def store() -> Storage:
    return storages["public"]


def read_picture(file: BinaryIO, *, n_bytes: int) -> Image.Image:
    """The picture in a file, upright and with nothing about it but its colours.

    Raises PictureError when it is none, is broken, too large or too small.
    """
    if n_bytes > MAX_MB * 2**20:
        raise PictureError(
            f"This file has {filesizeformat(n_bytes)}; {MAX_MB} MB is the most. Save the picture "
            "smaller, or send it to yourself in size “medium”, and choose that."
        )
    try:
        image = Image.open(file, formats=TAKEN)
        _check_size(image)
        # A large JPEG is unpacked no larger than needed.
        image.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_many_pixels()) from error
    except PictureError:
        raise
    except Image.UnidentifiedImageError as error:
        raise PictureError(
            "This is not a picture that we can read. Save it as JPEG, PNG or WebP, and choose that."
        ) from error
    # Whatever else a decoder stumbles over is a fault of the file.
    except Exception as error:
        raise PictureError(
            "This picture is damaged: it cannot be read to its end. Save or export it once more, "
            "and choose that."
        ) from error
    return _clean(image)


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise PictureError(_too_many_pixels())
    if min(image.size) < LEAST_SIDE:
        raise PictureError(
            f"This picture has {image.width} by {image.height} pixels and would look blurred; "
            f"each side needs {LEAST_SIDE} at least. Choose a larger one."
        )
    if max(image.size) > 3 * min(image.size):
        raise PictureError(
            "This picture is a long strip. Cut it to the person, about as wide as high, and "
            "choose that."
        )


def _too_many_pixels() -> str:
    return (
        f"This picture has more than {MAX_PIXELS // 10**6} million pixels, more than a page can "
        "show. Save it smaller, about 2000 pixels wide, and choose that."
    )


def _clean(image: Image.Image) -> Image.Image:
    """The same colours on a new sheet: whatever else came with the file stays behind."""
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode in ("LA", "PA", "P", "RGBA"):
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    elif profile and image.mode in ("RGB", "CMYK"):
        image = _in_srgb(image, profile)
    sheet = Image.new("RGB", image.size)
    sheet.paste(image.convert("RGB"))
    return sheet


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as the camera meant them, since the profile that explains them is let go."""
    try:
        return ImageCms.profileToProfile(
            image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return image


def keep(image: Image.Image) -> Picture:
    """Put a picture from ``read_picture`` into the store, in all its sizes."""
    key = uuid.uuid4().hex
    width = min(image.width, WIDTHS[-1])
    picture = Picture(key, width, _height(image, width))
    for size in picture.widths:
        smaller = image.resize((size, _height(image, size)), Image.Resampling.LANCZOS)
        for kind, options in KINDS.items():
            encoded = io.BytesIO()
            smaller.save(encoded, FORMATS[kind], **options)
            store().save(_name(key, size, kind), ContentFile(encoded.getvalue()))
    return picture


def forget(picture: Picture) -> None:
    """Delete a picture in all its sizes; one that is gone already is no fault."""
    for name in picture.names:
        store().delete(name)


def forget_unused(keys_in_use: Iterable[str]) -> int:
    """Delete the files of pictures that nothing shows any more; returns how many."""
    try:
        _, names = store().listdir("")
    except FileNotFoundError:
        return 0
    in_use, long_ago = set(keys_in_use), timezone.now() - WAITS
    unused = [
        name
        for name in names
        if (ours := OUR_NAME.fullmatch(name)) and ours["key"] not in in_use
        if store().get_modified_time(name) < long_ago
    ]
    for name in unused:
        store().delete(name)
    return len(unused)


def _height(image: Image.Image, width: int) -> int:
    return max(1, round(image.height * width / image.width))


def _name(key: str, width: int, kind: str) -> str:
    return f"{key}-{width}.{kind}"


def _address(key: str, width: int, kind: str) -> str:
    return reverse("picture", args=[_name(key, width, kind)])
