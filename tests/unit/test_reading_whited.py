"""Correction fluid beside a number, and white paper that is none."""

import numpy as np
import pytest

from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.reading.whited import whited_out

X, TOP, HIGH = 80, 60, 20
Patch = tuple[int, int, int, int]


def _whited(text: str, *patches: Patch, grain: float = 4.0, whole: int = 245) -> bool:
    """A line on grained paper; patches are x0, y0, x1, y1 from the line's top left corner."""
    noise = np.random.default_rng(3).normal(0, grain, (140, 500))
    shade = np.clip(whole + noise, 0, 255).astype(np.uint8)
    width = 12 * len(text)
    for x0, y0, x1, y1 in patches:
        shade[TOP + y0 : TOP + y1, X + x0 : X + x1] = 255
    for at, character in enumerate(text):
        if character != " ":
            shade[TOP : TOP + HIGH, X + 12 * at : X + 12 * at + 9] = 40
    return whited_out(shade, [TextLine(text, box=Box(X, TOP, X + width, TOP + HIGH))])[0]


@pytest.mark.parametrize(
    ("text", "patch"),
    [
        ("HC 3 BOX 1", (122, -2, 138, 22)),
        ("94 ELM ST APT 1", (184, -2, 198, 22)),
        ("740 VERNON TER", (-16, -2, -2, 22)),
    ],
)
def test_a_patch_of_white_beside_a_number_is_seen(text: str, patch: Patch) -> None:
    assert _whited(text, patch)


@pytest.mark.parametrize(
    ("text", "patches"),
    [
        ("HC 3 BOX 1", ()),
        ("HC 3 BOX 1", ((122, -60, 138, 80),)),  # a streak down the page
        ("HC 3 BOX 1", ((122, -2, 420, 22),)),  # white as far as one looks
        ("HC 3 BOX 1", ((122, -2, 127, 22),)),  # too narrow for a figure
        ("HC 3 BOX 1", ((140, -2, 160, 22),)),  # away from it
        ("12 MAPLE AVE", ((146, -2, 160, 22),)),  # behind a word
        ("SALEM OR 97301", ((170, -2, 186, 22),)),
    ],
)
def test_other_white_is_none(text: str, patches: tuple[Patch, ...]) -> None:
    assert not _whited(text, *patches)


def test_paper_without_grain_tells_nothing() -> None:
    assert not _whited("HC 3 BOX 1", (122, -2, 138, 22), grain=0.0, whole=255)
