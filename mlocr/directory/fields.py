"""Fixed-width records: fields declared once, used to check, read and write.

A layout's fields tile its record. One compiled pattern checks a whole record; only when it fails are the fields tried
one by one, so that the error can name the first bad one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mlocr.errors import RecordError


@dataclass(frozen=True, slots=True)
class Kind:
    """What may stand in a field: a regular expression for `{n}` characters, and its description for messages."""

    pattern: str
    description: str
    zero_filled: bool = False


TEXT = Kind("[ -~]{{{n}}}", "printable ASCII")
LETTERS = Kind("[A-Za-z ]{{{n}}}", "letters")
NUMBER = Kind("[A-Za-z0-9 ./-]{{{n}}}", "digits, letters, hyphen, period, slash or blank", zero_filled=True)
DIGITS = Kind("[0-9]{{{n}}}", "digits")
DIGITS_OR_BLANK = Kind("(?:[0-9]{{{n}}}| {{{n}}})", "digits, or blank")
KEY = Kind("[A-Za-z0-9 ]{{{n}}}", "letters and digits")


def one_of(codes: str, *, or_blank: bool = True) -> Kind:
    """A one-character code field."""
    allowed = ", ".join(codes) + (" or blank" if or_blank else "")
    return Kind(f"[{codes}{' ' if or_blank else ''}]", f"one of {allowed}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name and place as published (1-based first byte, length) and what may stand in it."""

    name: str
    start: int
    length: int
    kind: Kind


class Layout:
    """One record type of one product: fields that tile `width` bytes, with fillers for the unpublished ones."""

    def __init__(self, title: str, width: int, fields: tuple[Field, ...]) -> None:
        """Compile the layout. Raises ValueError when the fields do not tile the record."""
        at = 1
        for field in fields:
            if field.start != at:
                raise ValueError(f"{title}: field {field.name} starts at {field.start}, not {at}")
            at += field.length
        if at != width + 1:
            raise ValueError(f"{title}: fields end at {at - 1}, not {width}")
        self.title = title
        self.width = width
        self.fields = fields
        patterns = [f.kind.pattern.format(n=f.length) for f in fields]
        self._whole = re.compile("".join(f"({p})" for p in patterns))
        self._each = tuple(re.compile(p) for p in patterns)

    def split(self, text: str, file: str, record: int) -> tuple[str, ...]:
        """The fields of one record, upper case, stripped of padding blanks.

        Raises RecordError naming the first field that is malformed.
        """
        found = self._whole.fullmatch(text)
        if found is None:
            raise self._fault(text, file, record)
        if not text.isupper():  # names are compared in upper case; the codes are checked before this
            found = self._whole.fullmatch(text.upper()) or found
        return tuple(map(str.strip, found.groups()))

    def join(self, values: Mapping[str, str]) -> str:
        """One record of these values, missing ones blank; numbers are zero-filled where they are plain digits.

        Raises ValueError naming the field a value does not fit.
        """
        parts = []
        for field, pattern in zip(self.fields, self._each, strict=True):
            value = values.get(field.name, "")
            if field.kind.zero_filled and value.isascii() and value.isdigit():
                value = value.zfill(field.length)
            part = value.ljust(field.length)
            if pattern.fullmatch(part) is None:
                raise ValueError(f"{self.title}: {value!r} does not fit field {field.name} ({field.kind.description})")
            parts.append(part)
        return "".join(parts)

    def _fault(self, text: str, file: str, record: int) -> RecordError:
        if len(text) != self.width:
            return RecordError(file, record, "record", f"is {len(text)} bytes long, not {self.width}")
        for field, pattern in zip(self.fields, self._each, strict=True):
            part = text[field.start - 1 : field.start - 1 + field.length]
            if pattern.fullmatch(part) is None:
                problem = (
                    f"{part!r} at bytes {field.start}-{field.start + field.length - 1} is not {field.kind.description}"
                )
                return RecordError(file, record, field.name, problem)
        raise AssertionError(f"{self.title}: every field fits but not the record")
