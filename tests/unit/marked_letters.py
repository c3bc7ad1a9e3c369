"""Pictures of marked letters for tests: a letter on a dark belt, sprayed, with blur and noise."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from mlocr.mail.code import RoutingCode, Symbology, TrackingCode
from mlocr.mail.image import ImageLift, LetterFrame
from mlocr.marking.draw import draw_columns, spray_columns
from mlocr.marking.spray import Mark, MarkPlan, MarkSettings, make_mark

TRACKING = TrackingCode("00", "270", "103502", "012735955")


@dataclass(frozen=True)
class Scene:
    """How one letter is drawn; `turn` in degrees counter-clockwise, `blur` in pixels."""

    symbology: Symbology = Symbology.IMB
    digits: str = "61114230001"
    dpi: float = 200.0
    head: float = 200.0
    width: float = 9.5
    height: float = 4.125
    turn: float = 0.0
    paper: int = 225
    belt: int = 40
    blur: float = 0.5
    noise: float = 4.0


def blank(scene: Scene) -> tuple[np.ndarray, LetterFrame]:
    dpi, a = scene.dpi, math.radians(scene.turn)
    side = 0.5 + abs(math.sin(a)) * scene.width / 2
    size = int((scene.width + 1.0) * dpi), int((scene.height + 2 * side) * dpi)
    right, up = (dpi * math.cos(a), -dpi * math.sin(a)), (-dpi * math.sin(a), -dpi * math.cos(a))
    origin = tuple(size[k] / 2 - scene.width / 2 * right[k] - scene.height / 2 * up[k] for k in (0, 1))
    letter = LetterFrame((origin[0], origin[1]), right, up, scene.width, scene.height)
    pixels = np.full((size[1], size[0]), scene.belt, np.uint8)
    corners = [
        letter.to_picture(x, y) for x, y in ((0, 0), (scene.width, 0), (scene.width, scene.height), (0, scene.height))
    ]
    outline = np.round((np.array(corners) - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(pixels, [outline], scene.paper, lineType=cv2.LINE_AA, shift=4)
    return pixels, letter


def marked(scene: Scene, settings: MarkSettings | None = None) -> tuple[ImageLift, LetterFrame, Mark]:
    """The picture, the letter's true frame, and what was sprayed."""
    pixels, letter = blank(scene)
    mark = make_mark(
        MarkPlan.for_head(scene.symbology, scene.head, settings),
        RoutingCode.of(scene.digits),
        TRACKING if scene.symbology is Symbology.IMB else None,
        scene.width,
        scene.height,
        {"lane": "1", "mass_id": "SIM0001"},
    )
    assert mark is not None
    spray = mark.spray
    pixels = draw_columns(pixels, letter, spray_columns(spray), spray.dots, spray.dpi, spray.baseline)
    return ImageLift(worn(pixels, scene), scene.dpi, "letter.png"), letter, mark


def worn(pixels: np.ndarray, scene: Scene) -> np.ndarray:
    """The picture as a camera gives it."""
    seen = pixels.astype(np.float64)
    if scene.blur:
        seen = cv2.GaussianBlur(seen, (0, 0), scene.blur)
    seen = seen + np.random.default_rng(5).normal(0, scene.noise, seen.shape) if scene.noise else seen
    return np.clip(np.rint(seen), 0, 255).astype(np.uint8)
