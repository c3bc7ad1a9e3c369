"""A line that was cut off between two figures: ink like its own stands right beside it."""

import numpy as np
import pytest

from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.reading.fading import fades_out
from mlocr.reading.ink import Grey

HIGH, LETTER = 20, 12
X, TOP = 60, (20, 60, 100)


def _sheet() -> Grey:
    noise = np.random.default_rng(5).integers(-3, 4, (140, 460))
    return np.clip(252 + noise, 0, 255).astype(np.uint8)


def _print(shade: Grey, text: str, at: int, x: int = X, grey: int = 215) -> Box:
    """Each character a frame of ink; the box of the whole line."""
    for place, character in enumerate(text):
        if character != " ":
            left = x + LETTER * place
            shade[at : at + HIGH, left : left + 9] = grey
            shade[at + 3 : at + HIGH - 3, left + 3 : left + 6] = 252
    return Box(x - 2, at - 2, x + LETTER * len(text), at + HIGH + 2)


def _doubted(text: str, lost_before: int, lost_after: int, indent: int = 0, edge: int | None = None) -> bool:
    """Whether the middle line is doubted when that many of its characters at either end are outside its box."""
    shade = _sheet()
    name = _print(shade, "JANE PUBLIC", TOP[0])
    city = _print(shade, "SALEM OR 97301", TOP[2])
    whole = _print(shade, text, TOP[1], X + indent)
    if edge is not None:
        shade[:, edge : edge + 3] = 190
    own = Box(whole.x0 + LETTER * lost_before, whole.y0, whole.x1 - LETTER * lost_after, whole.y1)
    read = text[lost_before : len(text) - lost_after].strip()
    lines = [TextLine("JANE PUBLIC", box=name), TextLine(read, box=own), TextLine("SALEM OR 97301", box=city)]
    ink = np.zeros(shade.shape, np.uint8)
    for box in (name, own, city):
        ink[box.y0 + 2 : box.y1 - 2, box.x0 + 2 : box.x1] = shade[box.y0 + 2 : box.y1 - 2, box.x0 + 2 : box.x1] < 235
    first, middle, last = fades_out(shade, ink, lines)
    assert not first
    assert not last
    return middle


@pytest.mark.parametrize(
    ("text", "lost_before", "lost_after"),
    [("5294 S VALLEY DR", 1, 0), ("94 ELM ST APT 12", 0, 1), ("PO BOX 209", 0, 1), ("2112 KINGS HWY # 7", 0, 4)],
)
def test_a_line_cut_off_beside_a_figure_is_doubted(text: str, lost_before: int, lost_after: int) -> None:
    assert _doubted(text, lost_before, lost_after)


@pytest.mark.parametrize(
    ("text", "indent", "edge"),
    [
        ("5294 S VALLEY DR", 0, None),
        ("5294 S VALLEY DR", 30, None),  # centred: nothing stands before it
        ("94 ELM ST APT 12", 0, X + 12 * 16 + 6),  # the edge of a window or label, above and below as well
        ("94 ELM ST APT 12", 0, None),
    ],
)
def test_a_whole_line_is_not(text: str, indent: int, edge: int | None) -> None:
    assert not _doubted(text, 0, 0, indent, edge)
