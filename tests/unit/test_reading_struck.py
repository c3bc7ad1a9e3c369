"""A number struck out by a pen, and strokes that are none."""

import cv2
import numpy as np
import pytest

from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.reading.ink import Grey
from mlocr.reading.struck import struck_out

Point = tuple[int, int]
X, Y, HIGH = 60, 40, 20


def _line(text: str) -> tuple[Grey, TextLine]:
    ink = np.zeros((100, 640), np.uint8)
    x = X
    for character in text:  # one by one, so that none touches the next
        cv2.putText(ink, character, (x, Y + HIGH), cv2.FONT_HERSHEY_SIMPLEX, 0.92, 1, 2)
        x += 22
    return ink, TextLine(text, box=Box(X - 3, Y - 3, x, Y + HIGH + 4))


def _struck(text: str, *strokes: tuple[Point, Point]) -> bool:
    ink, line = _line(text)
    for start, end in strokes:
        cv2.line(ink, start, end, 1, 3)
    shade = np.where(ink > 0, 60, 250).astype(np.uint8)
    return struck_out(shade, ink, [line])[0]


def test_figures_that_run_together_under_a_blur_are_not_struck_out() -> None:
    ink, line = _line("349 SOUTH BEACH LN")
    shade = np.where(ink > 0, 60, 250).astype(np.uint8)
    cv2.rectangle(ink, (X, Y + 4), (X + 62, Y + 16), 1, -1)  # what the threshold makes of the blur
    between = (ink > 0) & (shade == 250)
    shade[between] = 160
    assert not struck_out(shade, ink, [line])[0]
    shade[between] = 70
    assert struck_out(shade, ink, [line])[0]


@pytest.mark.parametrize(
    ("text", "stroke"),
    [
        ("2285 S VALLEY CT", ((X - 4, Y + 10), (X + 90, Y + 10))),
        ("2285 S VALLEY CT", ((X - 6, Y + 14), (X + 92, Y + 7))),  # slanted
        ("37 OAK ST", ((X - 5, Y + 11), (X + 46, Y + 10))),
        ("PO BOX 472", ((X + 150, Y + 9), (X + 224, Y + 11))),
        ("94 ELM ST APT 12", ((X + 302, Y + 10), (X + 352, Y + 10))),
    ],
)
def test_a_struck_out_number_is_seen(text: str, stroke: tuple[Point, Point]) -> None:
    assert _struck(text, stroke)


@pytest.mark.parametrize(
    ("text", "strokes"),
    [
        ("2285 S VALLEY CT", ()),
        ("4444 E HEATH ST", ()),
        ("2285 S VALLEY CT", (((X - 4, Y + 27), (X + 90, Y + 27)),)),  # underlined
        ("2285 S VALLEY CT", (((X - 4, Y), (X + 90, Y)),)),  # joined at the top
        ("2285 S VALLEY CT", (((X + 130, Y + 10), (X + 250, Y + 10)),)),  # a word of the street
        ("94 ELM ST APT 12", (((0, Y + 10), (639, Y + 10)),)),  # a rule or a fold across the letter
        ("SALEM OR 97301", (((X + 198, Y + 10), (X + 306, Y + 10)),)),  # the ZIP Code: city and street must tell
        ("JANE PUBLIC", (((X, Y + 10), (X + 100, Y + 10)),)),
    ],
)
def test_other_strokes_strike_nothing_out(text: str, strokes: tuple[tuple[Point, Point], ...]) -> None:
    assert not _struck(text, *strokes)
