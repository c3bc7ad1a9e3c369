"""The curve of a calibration as a drawing: letters encoded against codes wrong, a line each engine. SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, String
from reportlab.lib.colors import Color, HexColor, black

from mlocr.station.calibration import Calibration
from mlocr.station.error_budget import BUDGET_OF, CurvePoint

WIDTH, HEIGHT = 720, 420
LEFT, BOTTOM, RIGHT, TOP = 70, 60, 30, 70
INK = tuple(HexColor(code) for code in ("#0b5fa5", "#b3450e", "#2e7d32", "#6a1b9a", "#5d4037"))
GRID = HexColor("#dddddd")


def draw_curves(calibrations: Sequence[Calibration], file: Path) -> None:
    """Write the drawing. Solid: wrong codes counted; pale: what they allow at most (95 %), in 10,000 letters."""
    top = _top(calibrations)
    drawing = Drawing(WIDTH, HEIGHT)
    _axes(drawing, top)
    for at, calibration in enumerate(calibrations):
        ink = INK[at % len(INK)]
        pale = Color(ink.red, ink.green, ink.blue, alpha=0.35)
        _curve(drawing, [(_encoded(p), p.most_wrong * BUDGET_OF) for p in calibration.points], pale, top)
        _curve(drawing, [(_encoded(p), _wrong(p)) for p in calibration.points], ink, top)
        said = f"{calibration.engine}: {calibration.points[0].letters} letters of {calibration.deck}"
        drawing.add(String(LEFT + 8, HEIGHT - TOP + 34 - 14 * at, said, fontSize=10, fillColor=ink))
    renderSVG.drawToFile(drawing, str(file))


def _encoded(point: CurvePoint) -> float:
    return 100 * point.encoded / max(point.letters, 1)


def _wrong(point: CurvePoint) -> float:
    return BUDGET_OF * point.wrong / max(point.letters, 1)


def _top(calibrations: Sequence[Calibration]) -> float:
    highest = max((p.most_wrong * BUDGET_OF for c in calibrations for p in c.points), default=1.0)
    step = 10.0
    while step * 5 < highest:
        step *= 2
    return step * 5


def _place(x: float, y: float, top: float) -> tuple[float, float]:
    across, up = WIDTH - LEFT - RIGHT, HEIGHT - BOTTOM - TOP
    return LEFT + across * x / 100, BOTTOM + up * min(y / top, 1.0)


def _curve(drawing: Drawing, points: Sequence[tuple[float, float]], ink: Color, top: float) -> None:
    places = [_place(x, y, top) for x, y in points]
    flat = [number for place in places for number in place]
    drawing.add(PolyLine(flat, strokeColor=ink, strokeWidth=1.5, fillColor=None))
    for x, y in places:
        drawing.add(Circle(x, y, 2.2, fillColor=ink, strokeColor=None))


def _axes(drawing: Drawing, top: float) -> None:
    for x in range(0, 101, 10):
        foot, head = _place(x, 0, top), _place(x, top, top)
        drawing.add(Line(*foot, *head, strokeColor=GRID))
        drawing.add(String(foot[0], foot[1] - 14, str(x), fontSize=9, textAnchor="middle", fillColor=black))
    for part in range(6):
        y = top * part / 5
        foot, end = _place(0, y, top), _place(100, y, top)
        drawing.add(Line(*foot, *end, strokeColor=GRID))
        drawing.add(String(foot[0] - 6, foot[1] - 3, f"{y:g}", fontSize=9, textAnchor="end", fillColor=black))
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    drawing.add(String(middle, BOTTOM - 34, "letters encoded, %", fontSize=10, textAnchor="middle"))
    said = "wrong codes in 10,000 letters (pale: at most, 95 % sure); each dot is a threshold of certainty"
    drawing.add(String(8, HEIGHT - 14, said, fontSize=10))
