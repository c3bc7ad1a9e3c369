"""One candidate cut out at full resolution, upright and straight, and its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlocr.mail.image import Box, ImageLift
from mlocr.ports import BlockImage
from mlocr.reading.blocks import block_box
from mlocr.reading.combs import is_barcode
from mlocr.reading.ink import Grey, flatten, print_mask
from mlocr.reading.locate import Candidate
from mlocr.reading.page import PAGE_DPI, Matrix, sample, text_skew
from mlocr.reading.segments import TextRow, character_ink, components, text_rows

MARGIN = 0.1  # inches of paper round the block
ASIDE = 0.25  # inches more at both sides, where no lines are looked for but faint ends of them
LEAST_DPI = 150.0  # a coarser picture is enlarged to this
LINE_MARGIN = 0.14  # of the line's height, above and below *ours*


@dataclass(frozen=True, slots=True, eq=False)
class BlockCut:
    """A block as the engine gets it, and the way back: `matrix` takes its pixels to the picture's."""

    image: BlockImage
    matrix: Matrix
    skew: float


def cut_block(lift: ImageLift, candidate: Candidate, most: int) -> BlockCut:
    """The candidate cut from the full picture through the page's matrix; `most` lowest lines are kept."""
    dpi = float(np.clip(lift.dpi, LEAST_DPI, 240.0))
    matrix, size = _cutting(candidate, dpi)
    shade = _flat(sample(lift, matrix, size), dpi)
    rest = text_skew(_ink(_middle(shade, dpi), dpi), 2.0)
    if abs(rest) > 0.2:
        matrix = _turn(matrix, size, rest)
        shade = _flat(sample(lift, matrix, size), dpi)
    aside = round(ASIDE * dpi)
    boxes = cut_lines(_middle(shade, dpi), dpi)[-most:]
    boxes = [Box(b.x0 + aside, b.y0, b.x1 + aside, b.y1) for b in boxes]
    image = BlockImage(shade, dpi, tuple(boxes), lift.source)
    across = matrix[:, 0]
    return BlockCut(image, matrix, float(np.rad2deg(np.arctan2(-across[1], across[0]))))


def _flat(grey: Grey, dpi: float) -> Grey:
    """The cut flattened; what lies aside is no paper to the block itself, which may stand in a patch or a window."""
    aside = round(ASIDE * dpi)
    shade = flatten(grey, dpi)
    shade[:, aside:-aside] = flatten(_middle(grey, dpi), dpi)
    return shade


def _middle(shade: Grey, dpi: float) -> Grey:
    """The cut without what lies aside."""
    aside = round(ASIDE * dpi)
    return np.ascontiguousarray(shade[:, aside:-aside])


def cut_lines(shade: Grey, dpi: float) -> list[Box]:
    """The lines of a straight block (255 paper), top to bottom, barcodes left out; boxes have a small margin."""
    ink = _ink(shade, dpi)
    rows = text_rows(ink, dpi)
    if not rows:
        ink = _ink(shade, dpi, faint=True)
        rows = text_rows(ink, dpi)
    kept = [r for r in rows if not is_barcode(shade[r.box.y0 : r.box.y1, r.box.x0 : r.box.x1], dpi)]
    merged = _merge(sorted(kept, key=lambda r: r.box.y0))
    return [_grown(_whole(ink, box), shade.shape) for box in merged]


def _ink(shade: Grey, dpi: float, faint: bool = False) -> Grey:
    return character_ink(print_mask(shade, dpi, faint), dpi)


def _merge(rows: Sequence[TextRow]) -> list[Box]:
    """Pieces on the same height are one line; specks beside none."""
    lines: list[Box] = []
    for row in rows:
        box = row.box
        for i, line in enumerate(lines):
            overlap = min(box.y1, line.y1) - max(box.y0, line.y0)
            if overlap > 0.55 * min(box.height, line.height):
                lines[i] = block_box([TextRow(line, 0), row])
                break
        else:
            lines.append(box)
    lines.sort(key=lambda b: b.y0)
    tallest = max((b.height for b in lines), default=0)
    return [b for b in lines if b.height > 0.3 * tallest and b.width > 0.8 * b.height]


def _whole(ink: Grey, box: Box) -> Box:
    """The box grown to hold the characters whose middle lies in it: ascenders, descenders, end characters."""
    reach = max(2, round(0.45 * box.height))
    top, left = max(0, box.y0 - reach), max(0, box.x0 - 2 * reach)
    part = ink[top : box.y1 + reach, left : box.x1 + 2 * reach]
    _, _, stats, centres = components(part)
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    for (x, y, w, h, _), (_, cy) in zip(stats[1:].tolist(), centres[1:], strict=True):
        inside = box.y0 <= cy + top < box.y1
        if inside and h < 1.9 * box.height:
            x0, x1 = min(x0, x + left), max(x1, x + left + w)
            y0, y1 = min(y0, y + top), max(y1, y + top + h)
    return Box(x0, y0, x1, y1)


def _grown(box: Box, shape: tuple[int, ...]) -> Box:
    up = max(2, round(LINE_MARGIN * box.height))
    return Box(max(0, box.x0 - up), max(0, box.y0 - up), min(shape[1], box.x1 + up), min(shape[0], box.y1 + up))


def _cutting(candidate: Candidate, dpi: float) -> tuple[Matrix, tuple[int, int]]:
    """From the cut's pixels to the picture's, and the cut's size (width, height)."""
    box = block_box(candidate.rows)
    page, scale = candidate.page, PAGE_DPI / dpi
    rim, wide = MARGIN * PAGE_DPI, (MARGIN + ASIDE) * PAGE_DPI
    width, height = round((box.width + 2 * wide) / scale), round((box.height + 2 * rim) / scale)
    left, top, step = box.x0 - wide, box.y0 - rim, scale
    if candidate.rotation == 180:
        left, top, step = box.x1 + wide, box.y1 + rim, -scale
    linear = page.matrix[:, :2] * step
    start = page.matrix[:, :2] @ np.array([left, top]) + page.matrix[:, 2]
    return np.column_stack([linear, start]), (max(width, 8), max(height, 8))


def _turn(matrix: Matrix, size: tuple[int, int], degrees: float) -> Matrix:
    """The same cut with its text turned back by `degrees` about its middle."""
    angle = np.deg2rad(degrees)
    rotate = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.array([size[0] / 2, size[1] / 2])
    linear = matrix[:, :2] @ rotate
    return np.column_stack([linear, matrix[:, :2] @ middle + matrix[:, 2] - linear @ middle])
