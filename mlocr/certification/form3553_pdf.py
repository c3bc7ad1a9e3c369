"""Form 3553 as one letter-size PDF page, laid out section by section like the paper form."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import LETTER
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from mlocr.certification.form3553 import FORM_NAME, Form3553, FormBox
from mlocr.certification.form3553_text import boxes_of, shown

MARGIN = 36.0
RIGHT = LETTER[0] - MARGIN
FULL = RIGHT - MARGIN
LABEL_FONT, VALUE_FONT, BOLD = "Helvetica", "Helvetica", "Helvetica-Bold"
LABEL_SIZE, VALUE_SIZE, LEAST_SIZE = 6.5, 9.0, 5.0
ROW = 31.0


def as_pdf(form: Form3553) -> bytes:
    """The page as PDF bytes; the same form gives the same bytes. A form not for postage is marked across."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=LETTER, invariant=1)
    canvas.setTitle(FORM_NAME)
    canvas.setSubject("; ".join(form.marks) or "Computer facsimile")
    page = _Page(canvas)
    page.title(form)
    page.software(form)
    page.lists(form)
    page.output(form)
    page.mailer(form)
    page.summary(form)
    page.foot(form)
    if form.marks:
        _mark_across(canvas, form.marks[0])
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _mark_across(canvas: Canvas, text: str) -> None:
    size = min(54.0, 54.0 * 640 / stringWidth(text, BOLD, 54.0))
    canvas.saveState()
    canvas.translate(LETTER[0] / 2, LETTER[1] / 2)
    canvas.rotate(50)
    canvas.setFillColorRGB(0.8, 0.1, 0.1)
    canvas.setFillAlpha(0.35)
    canvas.setFont(BOLD, size)
    canvas.drawCentredString(0, 0, text)
    canvas.restoreState()


def printable(text: str) -> str:
    """The text in the letters of the PDF's standard faces; any other becomes a question mark."""
    return text.encode("cp1252", "replace").decode("cp1252")


class _Page:
    """Draws downwards from the top margin; `y` is the upper edge of what comes next, in points."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.y = LETTER[1] - MARGIN

    def title(self, form: Form3553) -> None:
        """The form's name, and below it every reason why it is not for postage."""
        self._text(MARGIN, self.y - 11, FORM_NAME, BOLD, 12)
        self.y -= 16
        for mark in form.marks:
            self._text(MARGIN, self.y - 8, mark, BOLD, 8)
            self.y -= 10
        self.y -= 2

    def software(self, form: Form3553) -> None:
        """A1 (three rows of three boxes) and A2 (name, software, configuration, serial)."""
        self._heading("A1", "Software")
        boxes = boxes_of(form, "A1")
        for row in (boxes[0:3], boxes[3:6], boxes[6:9]):
            self._row(row, (0.36, 0.44, 0.20))
        self._heading("A2", "MASS")
        self._row(boxes_of(form, "A2"), (0.28, 0.36, 0.18, 0.18))

    def lists(self, form: Form3553) -> None:
        """B: the list, its dates and its size."""
        self._heading("B", "List")
        self._row((form.box("B1"), form.box("B4")), (0.5, 0.5))
        self._dates(form.box("B2"))
        self._dates(form.box("B3"))
        self._row((form.box("B5"), form.box("B6")), (0.5, 0.5))

    def output(self, form: Form3553) -> None:
        """C: what was coded, and from when to when it holds."""
        self._heading("C", "Output")
        shares = (0.40, 0.24, 0.36)
        self._cells(("Output Rating", "1. Total Coded", "2. Validation Period (From - To)"), shares, BOLD, 14)
        for box in boxes_of(form, "C"):
            begin, end = (shown(when) for _, when in box.parts)
            period = f"{begin} - {end}" if begin else ""
            self._cells((f"{box.box[2:]}. {box.label}", shown(box.value), period), shares, VALUE_FONT, 15)

    def mailer(self, form: Form3553) -> None:
        """D: signature and date stay empty for the pen."""
        self._heading("D", "Mailer")
        self._row((form.box("D1"), form.box("D2")), (0.7, 0.3))
        self._row((form.box("D3"),), (1.0,), 44)

    def summary(self, form: Form3553) -> None:
        """E: seven counts, for information only."""
        self._heading("E", "Qualitative Statistical Summary (information only, not for price eligibility)")
        self._row(boxes_of(form, "E"), (1 / 7,) * 7)

    def foot(self, form: Form3553) -> None:
        """Notes and where the counts come from."""
        self.y -= 4
        for line in (*form.notes, *(f"Source: {source}" for source in form.sources)):
            for part in simpleSplit(printable(line), LABEL_FONT, LABEL_SIZE, FULL):
                if self.y - 8 < MARGIN / 2:
                    return
                self._text(MARGIN, self.y - 7, part, LABEL_FONT, LABEL_SIZE)
                self.y -= 8

    def _heading(self, section: str, title: str) -> None:
        self._canvas.setFillGray(0.85)
        self._canvas.rect(MARGIN, self.y - 14, FULL, 14, stroke=1, fill=1)
        self._canvas.setFillGray(0)
        self._text(MARGIN + 4, self.y - 10.5, f"{section}. {title}", BOLD, 9)
        self.y -= 14

    def _row(self, boxes: Sequence[FormBox], shares: Sequence[float], height: float = ROW) -> None:
        left = MARGIN
        for box, share in zip(boxes, shares, strict=True):
            width = FULL * share
            self._canvas.rect(left, self.y - height, width, height)
            self._fitted(left + 3, self.y - 8, f"{box.box} {box.label}", width - 6, LABEL_SIZE)
            for n, line in enumerate(_wrapped(shown(box.value), width - 6, int((height - 11) // 9))):
                self._fitted(left + 3, self.y - 18 - 9 * n, line, width - 6, VALUE_SIZE)
            left += width
        self.y -= height

    def _dates(self, box: FormBox) -> None:
        shares = (0.24, *(0.19,) * 4)
        left = MARGIN
        texts = [(f"{box.box} {box.label}", ""), *((name, shown(when)) for name, when in box.parts)]
        for (label, value), share in zip(texts, shares, strict=True):
            width = FULL * share
            self._canvas.rect(left, self.y - ROW, width, ROW)
            self._fitted(left + 3, self.y - 8, label, width - 6, LABEL_SIZE)
            self._fitted(left + 3, self.y - 20, value, width - 6, VALUE_SIZE)
            left += width
        self.y -= ROW

    def _cells(self, texts: Sequence[str], shares: Sequence[float], face: str, height: float) -> None:
        left = MARGIN
        for text, share in zip(texts, shares, strict=True):
            width = FULL * share
            self._canvas.rect(left, self.y - height, width, height)
            self._text(left + 3, self.y - height + 4, text, face, 8.5)
            left += width
        self.y -= height

    def _fitted(self, x: float, y: float, text: str, width: float, size: float) -> None:
        """One line, made smaller where it is too long, cut where even that is too much."""
        line = printable(text)
        needed = stringWidth(line, LABEL_FONT, size)
        fits = max(LEAST_SIZE, size * min(1.0, width / needed)) if needed else size
        while line and stringWidth(line, LABEL_FONT, fits) > width + 0.1:
            line = line[:-1]
        self._text(x, y, line, LABEL_FONT, fits)

    def _text(self, x: float, y: float, text: str, face: str, size: float) -> None:
        self._canvas.setFont(face, size)
        self._canvas.drawString(x, y, printable(text))


def _wrapped(text: str, width: float, most: int) -> list[str]:
    """At most so many lines; what is left over joins the last one, which is then drawn smaller."""
    parts = printable(text).split("\n")
    lines = [line for part in parts if part for line in simpleSplit(part, VALUE_FONT, VALUE_SIZE, width)]
    return lines if len(lines) <= most else [*lines[: most - 1], " ".join(lines[most - 1 :])]
