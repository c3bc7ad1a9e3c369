"""Form 3553 as text and as JSON, box for box."""

from __future__ import annotations

import datetime

from mlocr.certification.form3553 import FORM_NAME, Form3553, FormBox

WIDTH = 92
SECTIONS = (
    ("A1", "Software"),
    ("A2", "MASS"),
    ("B", "List"),
    ("C", "Output"),
    ("D", "Mailer"),
    ("E", "Qualitative Statistical Summary (information only)"),
)
"""The form's sections in order; a box belongs to the first whose letters its number begins with."""


def shown(value: str | int | datetime.date | None) -> str:
    """A value as the form prints it: dates MM/DD/YYYY, counts with thousands separators."""
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.strftime("%m/%d/%Y")
    return f"{value:,}" if isinstance(value, int) else value


def boxes_of(form: Form3553, section: str) -> tuple[FormBox, ...]:
    """The boxes of one section (A1, A2, B, C, D, E)."""
    return tuple(box for box in form.boxes if box.box.startswith(section))


def as_text(form: Form3553) -> str:
    """The form as lines of text; a form not for postage says so at top and bottom."""
    lines = [FORM_NAME, *(f"*** {mark} ***" for mark in form.marks)]
    for section, title in SECTIONS:
        lines += ["", f"{section}. {title}", "-" * WIDTH]
        for box in boxes_of(form, section):
            lines += _box_lines(box)
    lines += ["", *form.notes, *(f"Source: {source}" for source in form.sources)]
    lines += [f"*** {mark} ***" for mark in form.marks]
    return "\n".join(lines) + "\n"


def _box_lines(box: FormBox) -> list[str]:
    head = f"{box.box:<5} {box.label:<52} "
    if box.box.startswith("C-"):
        begin, end = (shown(when) for _, when in box.parts)
        period = f"{begin} - {end}" if begin else ""
        return [f"{head}{shown(box.value):>10}  {period}".rstrip()]
    if box.parts:
        inner = [f"{'':<5}   {name:<50} {shown(when)}".rstrip() for name, when in box.parts]
        return [head.rstrip(), *inner]
    first, *more = shown(box.value).split("\n")
    return [f"{head}{first}".rstrip(), *(f"{'':<59}{line}".rstrip() for line in more)]


def as_json(form: Form3553) -> dict[str, object]:
    """The form as one JSON object: `boxes` with box, label, value (dates ISO), and parts where a box has some."""
    return {
        "form": "3553",
        "name": FORM_NAME,
        "for_postage": not form.marks,
        "marks": list(form.marks),
        "boxes": [_box_json(box) for box in form.boxes],
        "notes": list(form.notes),
        "sources": list(form.sources),
    }


def _box_json(box: FormBox) -> dict[str, object]:
    value = box.value.isoformat() if isinstance(box.value, datetime.date) else box.value
    row: dict[str, object] = {"box": box.box, "label": box.label, "value": value}
    if box.box.startswith("C-"):
        row |= {f"validation_{name}": when.isoformat() if when else None for name, when in box.parts}
    elif box.parts:
        row["parts"] = {name: when.isoformat() if when else None for name, when in box.parts}
    return row
