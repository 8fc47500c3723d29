"""Portraits of people who do not exist, drawn from a few shapes: for made-up spotlights."""

from __future__ import annotations

import random
from dataclasses import dataclass

from PIL import Image, ImageDraw

SIZE = (960, 1080)
FINER = 2  # drawn larger, so that edges come out smooth

GROUNDS = ["#f2dcae", "#c9d8c9", "#e9c9a8", "#b9cfc4", "#ead7c2", "#d5c7dd"]
HILLS = ["#5b8372", "#1e4d40", "#9db39b", "#a8481c", "#7b6a8f"]
SKINS = ["#f1c9a5", "#d9a066", "#b0713f", "#8a5330", "#5c3822", "#e8b48a"]
HAIRS = ["#2b211b", "#5a3a22", "#8c5a2b", "#b9b4aa", "#d9cfc0", "#33302f", "#7c2f1d"]
CLOTHES = ["#1e4d40", "#9c4219", "#34506b", "#6d3b5c", "#d49a2a", "#45523e"]
STYLES = ["short", "long", "bun", "curls", "bald"]


@dataclass(frozen=True, slots=True)
class Looks:
    """How somebody looks who is made up."""

    ground: str
    hill: str
    skin: str
    hair: str
    clothes: str
    style: str
    has_glasses: bool

    @classmethod
    def of(cls, name: str) -> Looks:
        """Always the same for the same name."""
        rng = random.Random(name)  # noqa: S311 - nothing is secret about a drawing
        return cls(
            ground=rng.choice(GROUNDS),
            hill=rng.choice(HILLS),
            skin=rng.choice(SKINS),
            hair=rng.choice(HAIRS),
            clothes=rng.choice(CLOTHES),
            style=rng.choice(STYLES),
            has_glasses=rng.random() < 0.4,
        )


def draw_portrait(looks: Looks) -> Image.Image:
    """Head and shoulders before hills."""
    width, height = SIZE[0] * FINER, SIZE[1] * FINER
    image = Image.new("RGB", (width, height), looks.ground)
    draw = ImageDraw.Draw(image)

    def box(left: float, top: float, right: float, bottom: float) -> list[float]:
        return [left * width, top * height, right * width, bottom * height]

    draw.ellipse(box(0.62, 0.07, 0.84, 0.27), fill="#fff6df")
    draw.ellipse(box(-0.35, 0.62, 0.65, 1.5), fill=looks.hill)
    draw.ellipse(box(0.4, 0.7, 1.4, 1.5), fill=looks.hill)
    _draw_hair_behind(draw, looks, box)
    draw.rectangle(box(0.43, 0.55, 0.57, 0.75), fill=_darker(looks.skin))
    draw.ellipse(box(0.14, 0.7, 0.86, 1.35), fill=looks.clothes)
    draw.ellipse(box(0.4, 0.66, 0.6, 0.79), fill=_darker(looks.skin))
    draw.ellipse(box(0.27, 0.38, 0.34, 0.48), fill=_darker(looks.skin))
    draw.ellipse(box(0.66, 0.38, 0.73, 0.48), fill=_darker(looks.skin))
    draw.ellipse(box(0.3, 0.19, 0.7, 0.66), fill=looks.skin)
    _draw_hair(draw, looks, box)
    _draw_face(draw, looks, box)
    return image.resize(SIZE, Image.Resampling.LANCZOS)


def _draw_hair_behind(draw: ImageDraw.ImageDraw, looks: Looks, box: object) -> None:
    if looks.style == "long":
        draw.rounded_rectangle(box(0.24, 0.2, 0.76, 0.82), radius=300, fill=looks.hair)
    elif looks.style == "bun":
        draw.ellipse(box(0.4, 0.05, 0.6, 0.21), fill=looks.hair)
    elif looks.style == "curls":
        for left in (0.2, 0.28, 0.4, 0.52, 0.6):
            draw.ellipse(box(left, 0.1, left + 0.2, 0.32), fill=looks.hair)
        for top in (0.2, 0.32, 0.42):
            draw.ellipse(box(0.2, top, 0.36, top + 0.16), fill=looks.hair)
            draw.ellipse(box(0.64, top, 0.8, top + 0.16), fill=looks.hair)


def _draw_hair(draw: ImageDraw.ImageDraw, looks: Looks, box: object) -> None:
    if looks.style != "bald":
        draw.chord(box(0.285, 0.15, 0.715, 0.56), 185, 355, fill=looks.hair)
    if looks.style == "short":
        draw.chord(box(0.285, 0.16, 0.64, 0.48), 150, 320, fill=looks.hair)


def _draw_face(draw: ImageDraw.ImageDraw, looks: Looks, box: object) -> None:
    ink, line = "#2b211b", 6 * FINER
    for left in (0.39, 0.57):
        draw.ellipse(box(left, 0.42, left + 0.035, 0.452), fill=ink)
        draw.arc(box(left - 0.02, 0.375, left + 0.055, 0.43), 200, 340, fill=ink, width=line)
        if looks.has_glasses:
            draw.ellipse(box(left - 0.045, 0.39, left + 0.085, 0.485), outline=ink, width=line)
    if looks.has_glasses:
        draw.line(box(0.475, 0.43, 0.525, 0.43), fill=ink, width=line)
    draw.arc(box(0.47, 0.43, 0.53, 0.52), 40, 140, fill=_darker(looks.skin), width=2 * line)
    draw.arc(box(0.42, 0.47, 0.58, 0.59), 25, 155, fill="#7b1d14", width=line + 4 * FINER)


def _darker(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"#{red * 85 // 100:02x}{green * 85 // 100:02x}{blue * 85 // 100:02x}"
