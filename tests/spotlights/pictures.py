"""Pictures for tests: as cameras and people with bad intentions make them."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

GPS = 0x8825
ORIENTATION = 0x0112
MAKER = 0x010F


def encoded(image: Image.Image, format: str = "JPEG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def photo(width: int = 1200, height: int = 900, **options) -> bytes:
    """A JPEG, red above and blue below."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width, height // 2))
    return encoded(image, **options)


def photo_of_a_phone_held_upright() -> bytes:
    """Stored lying on its side, with the place where it was taken and the maker of the phone."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKER] = "SECRETPHONE"
    exif.get_ifd(GPS).update({1: "N", 2: (39.0, 44.0, 21.0), 3: "W", 4: (104.0, 59.0, 25.0)})
    return photo(exif=exif.tobytes(), comment=b"SECRETCOMMENT")


def bomb(side: int = 20_000) -> bytes:
    """A PNG of a few hundred kilobytes that says it is ``side`` pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    row = b"\0" * (1 + side // 8)
    packed = zlib.compressobj()
    data = b"".join(packed.compress(row) for _ in range(side)) + packed.flush()
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*one) for one in [(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")]
    )
