"""From lines of print to blocks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mlocr.mail.image import Box
from mlocr.reading.segments import TextRow, row_of, union


@dataclass(frozen=True, slots=True)
class Linking:
    """How near two lines must be to belong together: `gap` and `size` in line heights, `indent` in inches."""

    gap: float
    indent: float
    size: float


# Loose keeps double-spaced and centred addresses whole; strict parts them from what stands close by. *ours*
LINKINGS = (Linking(1.35, 0.8, 2.1), Linking(0.85, 0.12, 1.6), Linking(2.2, 0.3, 1.6))

ALLEY = 0.13  # inches of white that part two columns *ours*
EDGE = 0.05  # inches: so near two lines begin at one edge *ours*
EVEN = 1.25  # the widest to the narrowest pitch of lines set in one go, as their middles lie *ours*
ONE_HEIGHT = 1.5  # the highest to the lowest of their boxes: descenders *ours*
EVEN_LINES = (3, 8)  # fewest and most lines of a block that an even pitch keeps whole *ours*
ASIDE = 0.6  # inches that print of its own beside a line is wide *ours*
APART = 3.5  # times its height that other lines of its block are off *ours*


def make_blocks(rows: Sequence[TextRow], dpi: float) -> list[tuple[TextRow, ...]]:
    """Every block that one of the linkings makes, each once, its rows top to bottom."""
    rows = [piece for row in rows for piece in _parted(row, rows, dpi)]
    found: dict[tuple[Box, ...], tuple[TextRow, ...]] = {}
    for linking in LINKINGS:
        for block in _link(rows, dpi, linking):
            for column in _columns(block, dpi):
                found.setdefault(tuple(r.box for r in column), column)
    even = [frozenset(boxes) for boxes in found if _is_even(boxes, dpi)]
    return [block for boxes, block in found.items() if not any(whole > set(boxes) for whole in even)]


def _is_even(boxes: Sequence[Box], dpi: float) -> bool:
    """Whether lines of one height stand at one pitch and begin at one edge: so they were set, and belong together.

    Or end at one edge, where the block is upside down.
    """
    if len(boxes) < EVEN_LINES[0] or len(boxes) > EVEN_LINES[1]:
        return False
    middles = [(b.y0 + b.y1) / 2 for b in boxes]
    pitches = [lower - upper for upper, lower in pairwise(middles)]
    heights = [b.height for b in boxes]
    if min(pitches) <= 0 or max(pitches) > EVEN * min(pitches) or max(heights) > ONE_HEIGHT * min(heights):
        return False
    edges = ([b.x0 for b in boxes], [b.x1 for b in boxes])
    return min(max(at) - min(at) for at in edges) <= EDGE * dpi


def _parted(row: TextRow, rows: Sequence[TextRow], dpi: float) -> list[TextRow]:
    """A row parted where print of its own stands beside a block's line: there the line begins where those round it do.

    Or ends there, where the block is upside down.
    """
    if len(row.parts) < 2:
        return [row]
    near = [r.box for r in rows if r is not row and _off(r.box, row.box) <= APART * row.box.height]
    for starts in (True, False):
        if _shared(row.box, near, not starts, dpi) > 0:
            continue  # flush at the other edge: the line as a whole belongs to the block
        for at in range(1, len(row.parts)):
            before, after = row_of(row.parts[:at]), row_of(row.parts[at:])
            line, aside = (after, before) if starts else (before, after)
            # A house number before a wide space is no print of its own.
            clear = after.box.x0 - before.box.x1 >= ALLEY * dpi and aside.box.width >= ASIDE * dpi
            if clear and _shared(line.box, near, starts, dpi) > 1 and not _shared(aside.box, near, starts, dpi):
                return [before, after]
    return [row]


def _off(a: Box, b: Box) -> int:
    return max(a.y0 - b.y1, b.y0 - a.y1)


def _shared(box: Box, near: Sequence[Box], starts: bool, dpi: float) -> int:
    """How many lines begin (or end) where `box` does."""
    return sum(abs((b.x0 - box.x0) if starts else (b.x1 - box.x1)) <= EDGE * dpi for b in near)


def _columns(block: tuple[TextRow, ...], dpi: float) -> list[tuple[TextRow, ...]]:
    """A block parted where one white column runs down between runs of two rows or more: print beside print."""
    parts = sorted((p for row in block for p in row.parts), key=lambda b: b.x0)
    reach = 0.0
    for part in parts:
        if reach and part.x0 - reach > ALLEY * dpi:
            cut = (part.x0 + reach) / 2
            sides = [_side(block, cut, left) for left in (True, False)]
            both = sum(any(p.x1 < cut for p in row.parts) and any(p.x0 > cut for p in row.parts) for row in block)
            if both > 1:
                return [column for side in sides for column in _columns(side, dpi)]
        reach = max(reach, part.x1)
    return [block]


def _side(block: tuple[TextRow, ...], cut: float, left: bool) -> tuple[TextRow, ...]:
    chosen = [[p for p in row.parts if (p.x1 < cut) == left] for row in block]
    return tuple(row_of(parts) for parts in chosen if parts)


def _link(rows: Sequence[TextRow], dpi: float, linking: Linking) -> list[tuple[TextRow, ...]]:
    ordered = sorted(rows, key=lambda r: r.box.y0)
    owner = list(range(len(ordered)))

    def root(i: int) -> int:
        while owner[i] != i:
            owner[i] = owner[owner[i]]
            i = owner[i]
        return i

    for i, upper in enumerate(ordered):
        near = [j for j in range(i + 1, len(ordered)) if _belong(upper, ordered[j], dpi, linking)]
        for j in near:
            owner[root(j)] = root(i)
    groups: dict[int, list[TextRow]] = {}
    for i, row in enumerate(ordered):
        groups.setdefault(root(i), []).append(row)
    return [tuple(group) for group in groups.values()]


def _belong(upper: TextRow, lower: TextRow, dpi: float, linking: Linking) -> bool:
    """Whether `lower` goes on where `upper` ends: near below it, of like size, aligned or beneath it."""
    a, b = upper.box, lower.box
    body = max(upper.body, lower.body)
    if body > linking.size * min(upper.body, lower.body):
        return False
    if not -0.5 * body <= b.y0 - a.y1 <= linking.gap * body + 0.02 * dpi:
        return False
    shared = min(a.x1, b.x1) - max(a.x0, b.x0)
    if shared < 0.2 * min(a.width, b.width):
        return False
    left, right = abs(a.x0 - b.x0), abs(a.x1 - b.x1)
    middle = abs(a.x0 + a.x1 - b.x0 - b.x1) / 2
    return min(left, right, middle) <= linking.indent * dpi


def block_box(rows: Sequence[TextRow]) -> Box:
    """The box round a block's rows."""
    return union([r.box for r in rows])
