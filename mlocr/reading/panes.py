"""Windows and labels: rectangles on the letter's face whose edges show, in which the delivery address stands.

What is pasted on or seen through a hole has four straight edges of its own, a step in the paper's level or a shadow,
which run along the print in it. A sender's advertisement stands beside, as well read and often better placed. The
paper's level is looked at, so print and its frames make no edges. All limits are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.mail.image import Box
from mlocr.reading.ink import Grey
from mlocr.reading.middles import grey_counts, middle_of_counts, spread_of_counts
from mlocr.reading.page import PAGE_DPI, Page

STEP = 0.005  # of the paper's level, over two pixels of 1/50 inch
STRAIGHT = 15  # such pixels along an edge that are taken together
GRAIN = 4.0  # times the usual unevenness of the paper
RIM = 3  # such pixels along the letter's own edges
ABOVE, BESIDE = 1.3, 3.2  # inches from the print within which an edge is looked for
SEEN = 0.5  # of the print's own width or height along which the edge must show
SIDES = (0.5, 0.72)  # of each side, of all four together, along which it must show
ROOM = 0.3  # inches between print and edges, all four sides together
LIGHT = 0.72  # of the face's level: darker is a bar or a picture
UNEVEN = 0.35  # of the rectangle that edges within may cover: a picture has more, glare and folds have less
MOST_EDGES = 3  # looked at on each side, the nearest first

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PaperEdges:
    """Where the paper's level changes at once: along edges that run `across` the page, and `down` it.

    `scale` takes pixels of the page to theirs; `level` is the paper's, `usual` that of most of the face.
    """

    across: Flags
    down: Flags
    scale: tuple[float, float]
    level: Grey
    usual: float


def paper_edges(page: Page) -> PaperEdges:
    """The straight edges in the paper of a face."""
    level = page.level
    rise, run = (np.abs(np.asarray(cv2.Sobel(level, cv2.CV_32F, 1 - d, d, ksize=3), np.float32)) for d in (1, 0))
    usual = middle_of_counts(grey_counts(level))
    across, down = _straight(rise, (STRAIGHT, 1), usual), _straight(run, (1, STRAIGHT), usual)
    scale = (level.shape[1] / page.shade.shape[1], level.shape[0] / page.shade.shape[0])
    return PaperEdges(across, down, scale, level, usual)


def _straight(change: NDArray[np.float32], along: tuple[int, int], usual: float) -> Flags:
    """Where the level changes over a length of edge; every edge three pixels thick."""
    step = np.asarray(cv2.blur(change, along), np.float32) / np.float32(4)  # what the operator weighs
    counts = grey_counts(np.minimum(step * 16, 255).astype(np.uint8))
    middle = middle_of_counts(counts)
    grain = (middle + GRAIN * 1.4826 * spread_of_counts(counts, middle)) / 16
    edges = (step >= max(STEP * usual, grain)).view(np.uint8)
    edges[:RIM] = edges[-RIM:] = 0
    edges[:, :RIM] = edges[:, -RIM:] = 0
    thick = np.ones((3, 1) if along[1] == 1 else (1, 3), np.uint8)
    return np.asarray(cv2.dilate(edges, thick), np.uint8).view(np.bool_)


def framed(edges: PaperEdges, box: Box) -> bool:
    """Whether print in `box` (pixels of the page) stands in a window or on a label."""
    x0, x1 = (round(x * edges.scale[0]) for x in (box.x0, box.x1))
    y0, y1 = (round(y * edges.scale[1]) for y in (box.y0, box.y1))
    dpi = PAGE_DPI * edges.scale[0]
    above, beside = round(ABOVE * dpi), round(BESIDE * dpi)
    columns, rows = edges.across[:, x0:x1], edges.down[y0:y1]
    tops = _edges_off(columns[max(0, y0 - above) : y0 + 1].mean(axis=1)[::-1])
    feet = _edges_off(columns[y1 - 1 : y1 + above].mean(axis=1))
    lefts = _edges_off(rows[:, max(0, x0 - beside) : x0 + 1].mean(axis=0)[::-1])
    rights = _edges_off(rows[:, x1 - 1 : x1 + beside].mean(axis=0))
    return any(
        top + foot + left + right >= ROOM * dpi and _is_pane(edges, x0 - left, y0 - top, x1 - 1 + right, y1 - 1 + foot)
        for top, foot, left, right in product(tops, feet, lefts, rights)
    )


def _edges_off(shares: NDArray[np.float64]) -> list[int]:
    """How far off the nearest edges lie of which enough shows, each at its clearest; `MOST_EDGES` at most."""
    found: list[int] = []
    for at in np.flatnonzero(shares >= SEEN).tolist():
        if len(found) < MOST_EDGES and (not found or at > found[-1] + 4):
            found.append(at + int(shares[at : at + 4].argmax()))
    return found


def _is_pane(edges: PaperEdges, left: int, top: int, right: int, foot: int) -> bool:
    """Whether edges show along all sides of a rectangle, and it is of light and even paper."""
    shares = [edges.across[y, left : right + 1].mean() for y in (top, foot)]
    shares += [edges.down[top : foot + 1, x].mean() for x in (left, right)]
    if min(shares) < SIDES[0] or sum(shares) / 4 < SIDES[1]:
        return False
    inside = (slice(top + 3, foot - 2), slice(left + 3, right - 2))
    level = np.ascontiguousarray(edges.level[inside])
    if not level.size or middle_of_counts(grey_counts(level)) < LIGHT * edges.usual:
        return False
    return float((edges.across[inside] | edges.down[inside]).mean()) <= UNEVEN
