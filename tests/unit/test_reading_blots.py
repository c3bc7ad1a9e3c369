"""A blot over a figure of a number, and ink that is none."""

import cv2
import numpy as np
import pytest

from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.reading.blots import blotted
from mlocr.reading.ink import print_mask

X, Y, HIGH, PITCH = 60, 40, 24, 26


def _blotted(text: str, *blots: tuple[int, int, int], grey: int = 60, thick: int = 3) -> bool:
    """Whether the line is doubted: text in `grey`, a blot of nearly full black at each x, y and radius."""
    shade = np.full((110, 640), 250, np.uint8)
    for at, character in enumerate(text):
        cv2.putText(
            shade, character, (X + PITCH * at, Y + HIGH), cv2.FONT_HERSHEY_SIMPLEX, 1.1, grey, thick, cv2.LINE_AA
        )
    for x, y, radius in blots:
        cv2.circle(shade, (x, y), radius, 20, -1, cv2.LINE_AA)
    soft = np.asarray(cv2.GaussianBlur(shade, (5, 5), 0), np.uint8)
    line = TextLine(text, box=Box(X - 3, Y - 5, X + PITCH * len(text), Y + HIGH + 6))
    return blotted(soft, print_mask(soft, 200), [line])[0]


FOURTH = (X + 3 * PITCH + 10, Y + 12, 13)


@pytest.mark.parametrize("grey", [60, 170])
def test_a_blot_over_a_figure_is_seen(grey: int) -> None:
    assert _blotted("1786 SW 9TH ST", FOURTH, grey=grey)


def test_a_blot_over_a_box_or_unit_number_is_seen() -> None:
    assert _blotted("PO BOX 209", (X + 8 * PITCH + 10, Y + 12, 13))
    assert _blotted("94 ELM ST APT 12", (X + 15 * PITCH + 10, Y + 12, 13))


@pytest.mark.parametrize(
    ("text", "blots", "thick"),
    [
        ("1786 SW 9TH ST", (), 3),
        ("8808 SW 9TH ST", (), 7),  # bold, its counters nearly full
        ("1786 SW 9TH ST", ((X + 3 * PITCH + 10, Y + 12, 4),), 3),  # a speck
        ("14 MAIN STREET", ((X + 10 * PITCH, Y + 12, 13),), 3),  # over a letter of the street
        ("SALEM OR 97301", ((X + 10 * PITCH, Y + 12, 13),), 3),  # city and street must tell the ZIP Code
        ("JANE PUBLIC", ((X + 3 * PITCH, Y + 12, 13),), 3),
    ],
)
def test_other_ink_is_no_blot(text: str, blots: tuple[tuple[int, int, int], ...], thick: int) -> None:
    assert not _blotted(text, *blots, thick=thick)
