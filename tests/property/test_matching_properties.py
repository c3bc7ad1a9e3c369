"""Whatever the text: matching never raises, and a code never contradicts the record it names."""

import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mlocr.mail.address import AddressBlock, RecordType, TextLine
from mlocr.mail.match import Match
from mlocr.matching.match import Matcher
from mlocr.matching.ranges import covers, plain, swapped
from mlocr.matching.text import normal, tokens

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit"))
from fake_directory import small_directory

DIRECTORY = small_directory()
MATCHER = Matcher(DIRECTORY)

_WORDS = """
MAIN ST ELM CT OAK AVE N S E W 6TH 21ST PARK PARR TOWER RD APT STE # BSMT PO BOX RR HC 1 2 5 11 12 31 33 124
205 306 GENERAL DELIVERY CALLE AMAPOLA B25 URB VISTA HAVENPORT ME FL AE APO PSC 3 04901 04902 04903 04999
00601 -1001 1/2 1Z4 ATTN C/O ACME WIDGETS PMB ONE US HIGHWAY COUNTY ROAD 04901-1001 ME04901 USA CANADA SAINT
ALBANS REAR LOT I O
"""
WORDS = st.sampled_from(_WORDS.split())
LINES = st.lists(st.one_of(st.lists(WORDS, min_size=1, max_size=7).map(" ".join), st.text(max_size=40)), max_size=6)


def _answer(lines: list[str], confidence: float = 1.0) -> Match:
    return MATCHER.match(AddressBlock(tuple(TextLine(line, confidence) for line in lines)))


def _check(match: Match) -> None:
    if match.routing is None:
        assert match.reason is not None
        assert match.record is None
        return
    assert DIRECTORY.cities_of_zip(match.routing.zip5)
    assert (match.reason is None) == (len(match.routing.digits) == 11)
    if match.record is not None:
        record = match.record
        assert record in DIRECTORY.rows
        assert match.record_type is record.record_type
        assert match.routing.zip5 == record.zip5
        assert record.addon_low <= match.routing.plus4 <= record.addon_high
        if record.primary_low:
            number = match.delivery_line.split()[-1 if record.record_type is RecordType.PO_BOX else 0]
            kinds = (RecordType.STREET, RecordType.HIGHRISE, RecordType.FIRM, RecordType.PO_BOX)
            if record.record_type in kinds and not match.delivery_line.startswith("PSC"):
                whole = " ".join(match.delivery_line.split()[:2])
                ends = (record.primary_low, record.primary_high, record.primary_parity)
                assert covers(*ends, number) or covers(*ends, whole)


@settings(max_examples=400, deadline=None)
@given(LINES, st.sampled_from([1.0, 0.8, 0.3]))
def test_no_text_makes_it_raise_and_no_code_contradicts_its_record(lines: list[str], confidence: float) -> None:
    _check(_answer(lines, confidence))


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6).map(" ".join))
def test_the_delivery_line_alone_varies(line: str) -> None:
    _check(_answer([line, "HAVENPORT ME 04901"]))


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6).map(" ".join))
def test_same_question_same_answer(line: str) -> None:
    assert _answer([line, "HAVENPORT ME 04901"]) == _answer([line, "HAVENPORT ME 04901"])


@given(st.text(max_size=80))
def test_the_normal_form_is_stable(text: str) -> None:
    once = normal(text)
    assert normal(once).replace(" ", "") == once.replace(" ", "")
    assert all(tokens(once))


@given(st.integers(1, 9999), st.integers(0, 200), st.integers(0, 10000), st.sampled_from("OEB"))
def test_whole_ranges_are_arithmetic(low: int, span: int, value: int, parity: str) -> None:
    inside = low <= value <= low + span and (parity == "B" or (value % 2 == 1) == (parity == "O"))
    assert covers(str(low).zfill(10), str(low + span).zfill(10), parity, str(value)) == inside


@given(*[st.text("0123456789AB-/ ", max_size=8)] * 3)
def test_ranges_take_any_text(low: str, high: str, value: str) -> None:
    covers(low, high, "B", value)
    assert plain(plain(value)) == plain(value)
    assert sorted(swapped(value)) in ([], sorted(plain(value)))
