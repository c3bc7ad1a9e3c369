"""The CASS Stage I record: 600 bytes that hold the answer, the question and flags side by side.

Positions are those of a public reader of the deck (Cycle N). Bytes it does not name are fillers here and are kept as
they stand, so that a record goes back byte for byte. A record is text of one character a byte (Latin-1).
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mlocr.directory.fields import DIGITS_OR_BLANK, Field, Kind, Layout, one_of
from mlocr.errors import RecordError

RECORD_BYTES = 600
MOST_BYTES = 100_000
ENCODING = "latin-1"
ADVICE = "mend or replace the Stage I file and run again"

UNPUBLISHED = Kind("[\x00-\xff]{{{n}}}", "any byte")
PRINTED = Kind("[^\x00-\x1f\x7f]{{{n}}}", "printable text")
CODE = Kind("[A-Za-z0-9 ]{{{n}}}", "letters, digits or blank")

_PLACES: tuple[tuple[str, int, int, Kind], ...] = (
    ("customer_id", 1, 9, PRINTED),
    ("cass_key", 10, 11, PRINTED),
    ("zip5", 21, 5, DIGITS_OR_BLANK),
    ("zip5_alternate", 26, 1, CODE),
    ("zip5_in_3553", 27, 1, CODE),
    ("plus4", 28, 4, CODE),
    ("plus4_in_3553", 32, 1, CODE),
    ("delivery_point", 33, 2, DIGITS_OR_BLANK),
    ("filler_35", 35, 1, UNPUBLISHED),
    ("check_digit", 36, 1, DIGITS_OR_BLANK),
    ("carrier_route", 37, 4, CODE),
    ("carrier_route_alternate", 41, 1, CODE),
    ("carrier_route_in_3553", 42, 1, CODE),
    ("city", 43, 28, PRINTED),
    ("city_alternate", 71, 1, CODE),
    ("state", 72, 2, CODE),
    ("urbanization", 74, 28, PRINTED),
    ("firm", 102, 40, PRINTED),
    ("primary_line", 142, 64, PRINTED),
    ("primary_line_alternate", 206, 1, CODE),
    ("second_line", 207, 64, PRINTED),
    ("second_line_alternate", 271, 1, CODE),
    ("lacs_indicator", 272, 1, CODE),
    ("filler_273", 273, 5, UNPUBLISHED),
    ("firm_input", 278, 40, PRINTED),
    ("urbanization_input", 318, 28, PRINTED),
    ("primary_line_input", 346, 64, PRINTED),
    ("second_line_input", 410, 64, PRINTED),
    ("last_line_input", 474, 42, PRINTED),
    ("filler_516", 516, 1, UNPUBLISHED),
    ("record_type", 517, 1, one_of("FGHPRS")),
    ("category", 518, 2, PRINTED),
    ("filler_520", 520, 1, UNPUBLISHED),
    ("non_deliverable", 521, 1, CODE),
    ("multiple_1", 522, 9, CODE),
    ("multiple_2", 531, 9, CODE),
    ("pmb_designator", 540, 4, PRINTED),
    ("pmb_number", 544, 8, PRINTED),
    ("default_flag", 552, 1, CODE),
    ("filler_553", 553, 1, UNPUBLISHED),
    ("ews", 554, 1, CODE),
    ("filler_555", 555, 1, UNPUBLISHED),
    ("elot_sequence", 556, 4, CODE),
    ("elot_direction", 560, 1, one_of("AD")),
    ("dpv", 561, 1, CODE),
    ("dpv_cmra", 562, 1, CODE),
    ("dpv_false_positive", 563, 1, CODE),
    ("filler_564", 564, 1, UNPUBLISHED),
    ("dpv_no_stat", 565, 1, CODE),
    ("filler_566", 566, 7, UNPUBLISHED),
    ("dpv_vacant", 573, 1, CODE),
    ("filler_574", 574, 2, UNPUBLISHED),
    ("dpv_footnotes", 576, 6, CODE),
    ("filler_582", 582, 7, UNPUBLISHED),
    ("rdi", 589, 1, CODE),
    ("filler_590", 590, 4, UNPUBLISHED),
    ("lacslink_indicator", 594, 1, CODE),
    ("lacslink_code", 595, 2, CODE),
    ("suitelink_code", 597, 2, CODE),
    ("filler_599", 599, 2, UNPUBLISHED),
)

STAGE1 = Layout("CASS Stage I", RECORD_BYTES, tuple(Field(*place) for place in _PLACES))
"""The record, every byte of it."""

_SPANS: Mapping[str, tuple[int, int]] = {name: (at - 1, at - 1 + size) for name, at, size, _ in _PLACES}
_PATTERNS = {name: re.compile(kind.pattern.format(n=size)) for name, _, size, kind in _PLACES}

INPUT_FIELDS = ("firm_input", "urbanization_input", "primary_line_input", "second_line_input", "last_line_input")
"""The question's lines in mailing order; mail goes to the line above the last (Publication 28, dual addresses)."""


@dataclass(frozen=True, slots=True)
class Stage1Record:
    """One record: its 600 characters, one a byte, exactly as they stood."""

    text: str

    def value(self, name: str) -> str:
        """One field without its padding blanks. Raises KeyError for a name the layout does not have."""
        start, end = _SPANS[name]
        return self.text[start:end].strip(" ")

    @property
    def lines(self) -> tuple[str, ...]:
        """The address as asked, in mailing order, blank lines left out."""
        return tuple(line for name in INPUT_FIELDS if (line := self.value(name)))

    def with_values(self, values: Mapping[str, str]) -> Stage1Record:
        """The same record with these fields replaced, every other byte as it was.

        Raises KeyError for an unknown field and ValueError for a value that does not fit its field.
        """
        text = self.text
        for name, value in values.items():
            start, end = _SPANS[name]
            part = value.ljust(end - start)
            if _PATTERNS[name].fullmatch(part) is None:
                raise ValueError(f"{value!r} does not fit field {name} of {STAGE1.title} ({end - start} bytes)")
            text = text[:start] + part + text[end:]
        return Stage1Record(text)

    def bytes(self) -> bytes:
        """The record's 600 bytes."""
        return self.text.encode(ENCODING)


BLANK = Stage1Record(" " * RECORD_BYTES)
"""A record that asks and answers nothing."""


def width_of(name: str) -> int:
    """The bytes of one field. Raises KeyError for a name the layout does not have."""
    start, end = _SPANS[name]
    return end - start


def read_stage1(stream: io.BufferedIOBase, file: str) -> Iterator[Stage1Record]:
    """The records of a Stage I file, one after another in constant memory.

    Takes records followed by LF or CRLF, or by none at all: what follows the first record tells which. Raises
    RecordError (naming the record and the field) where a record is short, long, or holds what its field may not.
    """
    line_break: bytes | None = None
    rest = b""
    for number in itertools.count(1):
        block = rest + stream.read(RECORD_BYTES + 2 - len(rest))
        if block.strip(b"\r\n\x1a") == b"":
            return  # the end, or the empty line or Control-Z some programs close a file with
        text, after = block[:RECORD_BYTES].decode(ENCODING), block[RECORD_BYTES:]
        if line_break is None:
            line_break = b"\r\n" if after == b"\r\n" else b"\n" if after[:1] == b"\n" else b""
        fault = _fault(text, file, number)
        if fault is None and after and not after.startswith(line_break):
            tail = stream.readline(MOST_BYTES)
            fault = _of_length(len((block + tail).rstrip(b"\r\n")), file, number)
        if fault is not None:
            # A line break inside the record says that it is short; the first bad field would be another record's.
            short = text.find("\n")
            raise _of_length(len(text[:short].rstrip("\r")), file, number) if short >= 0 else fault
        yield Stage1Record(text)
        rest = after[len(line_break) :]


def _fault(text: str, file: str, number: int) -> RecordError | None:
    if len(text) != RECORD_BYTES or text.endswith("\n"):  # in the last byte it is no rubbish but a line too short
        return _of_length(len(text.rstrip("\r\n")), file, number)
    try:
        STAGE1.split(text, file, number)
    except RecordError as error:
        problem = str(error).split(": ", 1)[1].rsplit("; ", 1)[0]
        return RecordError(file, number, error.field, problem, ADVICE)
    return None


def _of_length(length: int, file: str, number: int) -> RecordError:
    return RecordError(file, number, "record", f"is {length} bytes long, not {RECORD_BYTES}", ADVICE)


def write_stage1(records: Iterable[Stage1Record], stream: io.BufferedIOBase, line_break: bytes = b"\r\n") -> int:
    """Write records, each followed by `line_break` (may be empty); how many there were."""
    count = 0
    for count, record in enumerate(records, 1):  # noqa: B007
        stream.write(record.bytes() + line_break)
    return count
