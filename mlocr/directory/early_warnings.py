"""The Early Warning System's file in an open format of our own (docs/directory.md): streets not yet in the ZIP+4 file.

The Postal Service's own layout is not published. Records of 42 bytes, with or without line breaks, the header first.
"""

from __future__ import annotations

import datetime
from typing import BinaryIO

from mlocr.directory.fields import DIGITS, LETTERS, TEXT, Field, Kind, Layout
from mlocr.directory.files import ProductFile
from mlocr.directory.layout import DIRECTIONAL, NAME
from mlocr.directory.records import Edition
from mlocr.errors import RecordError
from mlocr.mail.address import EarlyWarning

WIDTH = 42
TITLE = "EARLY WARNING"

HEADER = Layout(
    "Early Warning header record",
    WIDTH,
    (
        Field("record_code", 1, 1, Kind("C", "C (header record)")),
        Field("title", 2, 13, Kind(TITLE, TITLE)),
        Field("date", 15, 8, DIGITS),
        Field("filler", 23, 20, TEXT),
    ),
)
DETAIL = Layout(
    "Early Warning record",
    WIDTH,
    (
        Field("record_code", 1, 1, Kind("D", "D (detail) or C (header)")),
        Field("zip_code", 2, 5, DIGITS),
        Field("street_predirectional", 7, 2, DIRECTIONAL),
        Field("street_name", 9, 28, NAME),
        Field("street_suffix", 37, 4, LETTERS),
        Field("street_postdirectional", 41, 2, DIRECTIONAL),
    ),
)


def read_early_warnings(stream: BinaryIO, name: str) -> ProductFile[EarlyWarning]:
    """An Early Warning file. Raises RecordError or BadInputError for its header, later for its records."""
    return ProductFile(stream, name, HEADER, parse_early_warning, parse_early_warning_header)


def parse_early_warning_header(layout: Layout, text: str, file: str, record: int) -> Edition:
    """The date of the file, which is weekly. Raises RecordError."""
    given = layout.split(text, file, record)[2]
    try:
        date = datetime.datetime.strptime(given, "%Y%m%d").date()
    except ValueError:
        raise RecordError(file, record, "date", f"{given!r} is no date CCYYMMDD") from None
    return Edition(date.year, date.month, "", date.day)


def parse_early_warning(text: str, file: str, record: int) -> EarlyWarning:
    """One street. Raises RecordError naming file, record number and field."""
    return EarlyWarning(*DETAIL.split(text, file, record)[1:])


def format_early_warning_header(date: datetime.date) -> str:
    """The header record, 42 characters."""
    return HEADER.join({"record_code": "C", "title": TITLE, "date": f"{date:%Y%m%d}"})


def format_early_warning(warning: EarlyWarning) -> str:
    """One street, 42 characters. Raises ValueError naming the field a value does not fit."""
    names = [field.name for field in DETAIL.fields]
    return DETAIL.join(dict(zip(names, ("D", *warning), strict=True)))
