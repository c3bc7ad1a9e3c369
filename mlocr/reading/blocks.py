"""From lines of print to blocks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlocr.mail.image import Box
from mlocr.reading.segments import TextRow, union


@dataclass(frozen=True, slots=True)
class Linking:
    """How near two lines must be to belong together: `gap` and `size` in line heights, `indent` in inches."""

    gap: float
    indent: float
    size: float


# Loose keeps double-spaced and centred addresses whole; strict parts them from what stands close by. *ours*
LINKINGS = (Linking(1.35, 0.8, 2.1), Linking(0.85, 0.12, 1.6), Linking(2.2, 0.3, 1.6))


def make_blocks(rows: Sequence[TextRow], dpi: float) -> list[tuple[TextRow, ...]]:
    """Every block that one of the linkings makes, each once, its rows top to bottom."""
    found: dict[tuple[Box, ...], tuple[TextRow, ...]] = {}
    for linking in LINKINGS:
        for block in _link(rows, dpi, linking):
            found.setdefault(tuple(r.box for r in block), block)
    return list(found.values())


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
