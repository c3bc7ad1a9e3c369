"""Where the delivery address may be: block candidates in both orientations, best first.

Plain image work at 100 dpi: ink against the local paper, components of character size, lines, blocks, then scores from
the place on the letter and the shape of the block. Publication 28 appendix A gives the OCR read area: 1/2 inch from the
left and right edges, 5/8 to 2-3/4 inches from the bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlocr.mail.image import Box, ImageLift, LetterFrame
from mlocr.reading.blocks import block_box, make_blocks
from mlocr.reading.bridges import bridged
from mlocr.reading.combs import is_barcode
from mlocr.reading.ink import print_mask
from mlocr.reading.middles import middle
from mlocr.reading.page import PAGE_DPI, Page, make_page, text_skew
from mlocr.reading.panes import framed, paper_edges
from mlocr.reading.segments import TextRow, character_ink, ink_rows
from mlocr.reading.smears import with_smears

READ_AREA = (0.5, 0.625, 2.75)  # inches: from both sides, from the bottom, to the top (Publication 28 appendix A)
LEAST_FACE = (0.8, 0.3)  # inches; less holds no address
FRAMED = 2.0  # a window or a label counts as much as lying wholly in the read area *ours*
LINE = 2.0  # heights that a line is long at least; shorter rows do not make a block of lines *ours*
NARROW = 0.4  # inches below the least usual width of an address over which it counts less and less *ours*
WIDEST_SKEW = 5.0  # degrees of the text against the edges that count


@dataclass(frozen=True, slots=True)
class Candidate:
    """A block: rows in pixels of `page`, the way up it is taken to be read, and its score.

    `corner` says that it lies where return addresses or indicia stand, `framed` that it stands in a window or
    on a label.
    """

    rows: tuple[TextRow, ...]
    rotation: int
    score: float
    corner: bool
    framed: bool
    page: Page

    @property
    def smeared(self) -> bool:
        """Whether most of it is print of which no stroke is left."""
        return 2 * sum(row.smeared for row in self.rows) > len(self.rows)


@dataclass(frozen=True, slots=True)
class Place:
    """A block's place and shape as it would be read: inches from the letter's left and bottom edges."""

    x0: float
    x1: float
    y0: float
    y1: float
    width: float
    height: float
    lines: int
    body: float
    ragged_left: float
    ragged_right: float


def find_candidates(lift: ImageLift, frame: LetterFrame, count: int) -> list[Candidate]:
    """At most `count` candidates, best first; a second, lower threshold is tried when the first finds no block."""
    if not has_face(frame):
        return []
    page = make_page(lift, frame)
    found: list[Candidate] = []
    for faint in (False, True):
        turned, ink = straightened(lift, frame, page, faint)
        rows = with_smears(ink_rows(ink, PAGE_DPI), ink, turned.shade, PAGE_DPI)
        found = rank(turned, rows, count)
        if found and found[0].score > 0:
            return found
    return found


def has_face(frame: LetterFrame) -> bool:
    """Whether the letter is large enough to bear an address."""
    return frame.width >= LEAST_FACE[0] and frame.height >= LEAST_FACE[1]


def straightened(
    lift: ImageLift, frame: LetterFrame, page: Page, faint: bool = False
) -> tuple[Page, NDArray[np.uint8]]:
    """The page with its print turned straight, and the ink of its characters."""
    ink = character_ink(print_mask(page.shade, PAGE_DPI, faint), PAGE_DPI)
    skew = text_skew(ink, WIDEST_SKEW)
    if abs(skew) <= 0.25:
        return page, ink
    turned = make_page(lift, frame, skew)
    return turned, character_ink(print_mask(turned.shade, PAGE_DPI, faint), PAGE_DPI)


def rank(page: Page, found: Sequence[TextRow], count: int) -> list[Candidate]:
    """Blocks of the rows in both orientations by score; one overlapping a better one the same way up is dropped."""
    rows = [r for r in found if not _is_barcode(page, r.box)]
    blocks = make_blocks(bridged(rows, page.shade), PAGE_DPI)
    kept = _best([c for block in blocks for c in _either_way(block, page, False)], count)
    if not _disputed(kept):
        return kept
    edges = paper_edges(page)
    return _best([c for block in blocks for c in _either_way(block, page, framed(edges, block_box(block)))], count)


def _either_way(block: tuple[TextRow, ...], page: Page, on_pane: bool) -> list[Candidate]:
    return [_candidate(block, page, rotation, on_pane) for rotation in (0, 180)]


def _best(scored: list[Candidate], count: int) -> list[Candidate]:
    kept: list[Candidate] = []
    for candidate in sorted(scored, key=lambda c: -c.score):
        if len(kept) == count:
            break
        if not any(k.rotation == candidate.rotation and _same(k, candidate) for k in kept):
            kept.append(candidate)
    return kept


def _disputed(ranked: Sequence[Candidate]) -> bool:
    """Whether a window or a label could put another block first."""
    first = block_box(ranked[0].rows) if ranked else None
    return first is not None and any(
        c.score > ranked[0].score - FRAMED and not _meet(first, block_box(c.rows)) for c in ranked[1:]
    )


def _meet(a: Box, b: Box) -> bool:
    return min(a.x1, b.x1) > max(a.x0, b.x0) and min(a.y1, b.y1) > max(a.y0, b.y0)


def other_way_up(candidate: Candidate) -> Candidate:
    """The same block taken to be read the other way up."""
    return _candidate(candidate.rows, candidate.page, 180 - candidate.rotation, candidate.framed)


def _candidate(rows: tuple[TextRow, ...], page: Page, rotation: int, on_pane: bool) -> Candidate:
    place = _place(rows, page, rotation)
    corner = _in_corner(place, page)
    score = _score(place, page, corner) + (FRAMED if on_pane else 0.0)
    return Candidate(rows, rotation, score, corner, on_pane, page)


def _same(one: Candidate, other: Candidate) -> bool:
    a, b = block_box(one.rows), block_box(other.rows)
    shared = max(0, min(a.x1, b.x1) - max(a.x0, b.x0)) * max(0, min(a.y1, b.y1) - max(a.y0, b.y0))
    return shared > 0.8 * max(a.width * a.height, b.width * b.height)


def _is_barcode(page: Page, box: Box) -> bool:
    if box.width < 0.5 * PAGE_DPI or box.height > 0.25 * PAGE_DPI:
        return False
    return is_barcode(page.shade[box.y0 : box.y1, box.x0 : box.x1], PAGE_DPI)


def _place(block: Sequence[TextRow], page: Page, rotation: int) -> Place:
    box = block_box(block)
    lefts = [r.box.x0 / PAGE_DPI for r in block]
    rights = [r.box.x1 / PAGE_DPI for r in block]
    x0, x1 = box.x0 / PAGE_DPI, box.x1 / PAGE_DPI
    y1, y0 = page.height - box.y0 / PAGE_DPI, page.height - box.y1 / PAGE_DPI
    if rotation == 180:
        x0, x1, y0, y1 = page.width - x1, page.width - x0, page.height - y1, page.height - y0
        lefts, rights = rights, lefts
    return Place(
        x0=x0,
        x1=x1,
        y0=y0,
        y1=y1,
        width=x1 - x0,
        height=y1 - y0,
        lines=max(1, sum(r.box.width >= LINE * r.box.height for r in block)),
        body=middle([r.body for r in block]) / PAGE_DPI,
        ragged_left=_raggedness(lefts),
        ragged_right=_raggedness(rights),
    )


def _raggedness(edges: Sequence[float]) -> float:
    """The median distance of the rows' ends from their own median."""
    usual = middle(edges)
    return middle([abs(edge - usual) for edge in edges])


def _in_corner(place: Place, page: Page) -> bool:
    """In the upper left, where the return address stands, or the upper right, where indicia, meter and stamp do.

    On less than a whole letter (DMM 201: at least 5 by 3-1/2 inches) the place says nothing.
    """
    if page.width < 4.7 or page.height < 3.2:
        return False
    x, y = (place.x0 + place.x1) / 2 / page.width, (place.y0 + place.y1) / 2 / page.height
    upper_left = x < 0.42 and y > 0.6
    upper_right = x > 0.78 and y > 0.66
    return upper_left or upper_right


def _score(place: Place, page: Page, corner: bool) -> float:
    """How much a block looks like the delivery address; above 0 is plausible. Weights are ours."""
    side, low, high = READ_AREA
    inside_x = max(0.0, min(place.x1, page.width - side) - max(place.x0, side)) / place.width
    inside_y = max(0.0, min(place.y1, high) - max(place.y0, low)) / place.height
    x = (place.x0 + place.x1) / 2 / page.width
    y = (place.y0 + place.y1) / 2 / page.height
    score = 2.0 * inside_x * inside_y - 1.0
    score += {1: -1.5, 2: 0.2, 3: 1.0, 4: 1.0, 5: 0.8, 6: 0.5}.get(place.lines, -0.5)
    score += 0.6 if place.width <= 4.6 else -0.6
    score -= 1.2 * float(np.clip((1.0 - place.width) / NARROW, 0, 1))
    score += 0.5 if 0.06 <= place.body <= 0.22 else -0.7
    if place.lines > 1:
        score += 0.8 * float(np.clip((place.ragged_right - place.ragged_left) / 0.15, -1, 1))
        score += 0.4 if place.ragged_left < 0.04 else 0.0
    score += 1.2 - 4.0 * max(0.0, abs(x - 0.55) - 0.1) - 3.0 * max(0.0, abs(y - 0.42) - 0.12)
    return score - (2.0 if corner else 0.0)
