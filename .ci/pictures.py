"""Draw the pictures that cannot be SVG from those that are: make pictures.

Social networks and the home screens of phones take bitmaps only. Each says of which drawing it
is made, so that a test notices one that is out of date.
"""

from __future__ import annotations

import base64
import hashlib
import io
import sys
from pathlib import Path

from lighthouse import chromium
from PIL import Image, PngImagePlugin
from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "static"
FONT = STATIC / "fonts" / "fraunces-latin-600-normal.woff2"
# From which drawing, how wide and high.
PICTURES = {
    "social.png": ("social.svg", 1200, 630),
    "apple-touch-icon.png": ("favicon.svg", 180, 180),
}


def main() -> None:
    font = base64.b64encode(FONT.read_bytes()).decode()
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        for name, (source, width, height) in PICTURES.items():
            drawing = (STATIC / source).read_text()
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_content(
                "<style>@font-face { font-family: Fraunces; font-weight: 600;"
                f" src: url(data:font/woff2;base64,{font}) }}"
                " * { margin: 0 } body { background: #143a30 } svg { display: block; width: 100% }"
                f"</style>{drawing}"
            )
            page.evaluate("document.fonts.ready")
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            picture = picture.quantize(256, dither=Image.Dither.NONE)
            about = PngImagePlugin.PngInfo()
            about.add_text("Source", f"{source} {hashlib.sha256(drawing.encode()).hexdigest()}")
            picture.save(STATIC / name, optimize=True, pnginfo=about)
            sys.stdout.write(f"{name}: {(STATIC / name).stat().st_size} bytes\n")
        browser.close()


if __name__ == "__main__":
    main()
