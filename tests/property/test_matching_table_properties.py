"""Tables in and out: whatever the cells hold and however the bytes arrive, every row comes back with its cells."""

import csv
import io
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlocr.mail.address import AddressBlock
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason
from mlocr.services.matching_answers import ANSWER_COLUMNS
from mlocr.services.matching_batch import job_of
from mlocr.services.matching_input import RecordSource, Wishes
from mlocr.services.matching_job import Answerer
from mlocr.services.matching_lines import LineSource
from mlocr.services.matching_records import CsvCutter, JsonCutter, TextCutter
from mlocr.services.matching_writers import head

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEADER = ["Address", "City", "State", "Zip", "note"]
CELLS = st.text(alphabet=st.sampled_from("ab1 ,;\t|\"'\r\n#é\u2028\x0c"), max_size=8)
ROWS = st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=6)


class Nothing:
    """A matcher that knows no street."""

    def match(self, block: AddressBlock) -> Match:
        return Match(None, RejectReason.NO_SUCH_STREET)


class Dripping:
    """Bytes in pieces of the given sizes, over and over."""

    def __init__(self, data: bytes, sizes: Sequence[int]) -> None:
        self._data = io.BytesIO(data)
        self._sizes = [*sizes] or [7]
        self._turn = 0

    def read1(self, size: int = 0) -> bytes:
        self._turn += 1
        return self._data.read(self._sizes[self._turn % len(self._sizes)])


def written(rows: Sequence[Sequence[str]], delimiter: str, quoting: int, line_end: str) -> str:
    out = io.StringIO()
    # Quoted as for CR LF: Python's writer of old leaves a bare CR unquoted otherwise.
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")  # type: ignore[call-overload]
    for row in rows:
        before = out.tell()
        writer.writerow(row)
        text = out.getvalue()[before:-2] + line_end
        out.seek(before)
        out.truncate()
        out.write(text)
    return out.getvalue()


@PATIENT
@given(
    ROWS,
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
    st.lists(st.integers(1, 40), max_size=4),
    st.booleans(),
)
def test_every_cell_comes_back(
    rows: list[list[str]], delimiter: str, quoting: int, line_end: str, sizes: list[int], mark: bool
) -> None:
    data = written([HEADER, *rows], delimiter, quoting, line_end).encode("utf-8-sig" if mark else "utf-8")
    source = RecordSource(LineSource(Dripping(data, sizes), "in.csv"), Wishes())
    source.open()
    job = job_of(source, None, "utf-8", False, False)
    answerer = Answerer(job, Nothing())
    text = head(job)
    while not source.ended:
        text += answerer.answer(source.take()).text
    back = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    assert back[0] == [*HEADER, *ANSWER_COLUMNS]
    assert [row[:5] for row in back[1:]] == rows
    assert all(len(row) == 5 + len(ANSWER_COLUMNS) for row in back)


@PATIENT
@given(st.text(alphabet=st.sampled_from('a,"\r\n \ud800'), max_size=60), st.integers(1, 5))
def test_no_text_stops_a_cutter_and_no_line_is_lost(text: str, step: int) -> None:
    lines = io.StringIO(text, newline="").readlines()
    for cutter in (JsonCutter(), TextCutter("x"), CsvCutter(",")):
        records = []
        for at in range(0, len(lines), step):
            records += cutter.feed(lines[at : at + step], False)
        records += cutter.feed([], True)
        numbers = [line for line, _ in records]
        assert numbers == sorted(numbers)
        assert all(1 <= line <= len(lines) for line in numbers)
        if isinstance(cutter, CsvCutter):
            kept = "".join("".join(row[0]) for _, row in records)  # type: ignore[index]
            assert kept.count("a") == text.count("a")
        else:
            assert str(records).count("a") == text.count("a")


@PATIENT
@given(st.binary(max_size=200), st.lists(st.integers(1, 9), max_size=3))
def test_no_bytes_stop_the_reading(data: bytes, sizes: list[int]) -> None:
    source = LineSource(Dripping(data, sizes), "x", "cp1252")
    lines = []
    while not source.ended:
        lines += source.take()
    if not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        assert "".join(lines).encode("cp1252", "surrogateescape") == data
