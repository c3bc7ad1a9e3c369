import io
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from mlocr.directory.files import read_city_state, read_zip4
from mlocr.directory.layout import (
    CITY_STATE_WIDTH,
    ZIP4_WIDTH,
    CityStateRecord,
    format_city_state,
    format_city_state_header,
    format_zip4,
    format_zip4_header,
    parse_city_state,
    parse_zip4,
)
from mlocr.directory.records import PoBoxOnlyZip, SchemeZip, SeasonalZip, ZipSplit
from mlocr.errors import RecordError
from mlocr.mail.address import CityStateDetail, DirectoryRecord, RecordType, StreetAlias

PRINTABLE = string.ascii_uppercase + string.digits + " !\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"
DIRECTIONALS = st.sampled_from(["", "N", "S", "E", "W", "NE", "NW", "SE", "SW"])
PARITIES = st.sampled_from("OEB")
ROUTES = st.one_of(st.just(""), st.from_regex("[BCGHR][0-9]{3}", fullmatch=True))
FLAGS = st.sampled_from(["", *string.ascii_uppercase])


def _text(longest: int, shortest: int = 0, alphabet: str = PRINTABLE) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=shortest, max_size=longest).map(str.strip).filter(lambda s: len(s) >= shortest)


def _letters(longest: int) -> st.SearchStrategy[str]:
    return _text(longest, alphabet=string.ascii_uppercase)


def _digits(size: int, *, blank: bool = False) -> st.SearchStrategy[str]:
    digits = st.text(string.digits, min_size=size, max_size=size)
    return st.one_of(st.just(""), digits) if blank else digits


def _number(width: int) -> st.SearchStrategy[str]:
    """A number as the file holds it: plain digits fill the field, anything else does not."""
    return st.one_of(_digits(width), _text(width, 1, "ABCZ0123456789 -/.").filter(lambda s: not s.isdigit()))


def _range(width: int) -> st.SearchStrategy[tuple[str, str]]:
    """Both ends blank, or two of which plain numbers stand in order."""
    ends = st.tuples(_number(width), _number(width)).map(lambda pair: (min(pair), max(pair)))
    return st.one_of(st.just(("", "")), ends)


def _key(size: int) -> st.SearchStrategy[str]:
    return st.text(string.ascii_uppercase + string.digits, min_size=size, max_size=size)


ADDONS = st.one_of(_digits(4), _digits(2).map(lambda d: d + "ND"), st.sampled_from(["", "NDND", "  ND"]))


@st.composite
def zip4_records(draw: st.DrawFn) -> DirectoryRecord:
    primary = draw(_range(10))
    secondary = draw(_range(8))
    return DirectoryRecord(
        zip5=draw(_digits(5)),
        update_key=draw(_key(10)),
        record_type=draw(st.sampled_from(RecordType)),
        carrier_route=draw(ROUTES),
        predirectional=draw(DIRECTIONALS),
        street_name=draw(_text(28)),
        suffix=draw(_letters(4)),
        postdirectional=draw(DIRECTIONALS),
        primary_low=primary[0],
        primary_high=primary[1],
        primary_parity=draw(PARITIES),
        building_or_firm=draw(_text(40)),
        secondary_designator=draw(_letters(4)),
        secondary_low=secondary[0],
        secondary_high=secondary[1],
        secondary_parity=draw(st.sampled_from(["", "O", "E", "B"])),
        addon_low=draw(ADDONS),
        addon_high=draw(ADDONS),
        base_alternate=draw(st.sampled_from("AB")),
        lacs_status=draw(FLAGS),
        government_building=draw(FLAGS),
        finance_number=draw(_digits(6, blank=True)),
        state=draw(_letters(2)),
        county_number=draw(_digits(3, blank=True)),
        congressional_district=draw(_key(2)),
        municipality_key=draw(_key(6)),
        urbanization_key=draw(_key(6)),
        preferred_last_line_key=draw(_key(6)),
        action_code=draw(st.sampled_from("ADG")),
    )


DETAILS = st.builds(
    CityStateDetail,
    zip5=_digits(5),
    city_state_key=_key(6),
    zip_class=st.sampled_from(["", "M", "P", "U"]),
    name=_text(28, 1),
    abbreviation=_text(13),
    facility_code=FLAGS,
    mailing_name=st.booleans(),
    preferred_key=_key(6),
    preferred_name=_text(28),
    city_delivery=st.booleans(),
    carrier_route_sort=st.sampled_from(["", *"ABCD"]),
    unique_zip_name=st.booleans(),
    finance_number=_digits(6, blank=True),
    state=st.sampled_from(["TN", "NY", "PR", "AA"]),
    county_number=_digits(3, blank=True),
    county_name=_text(25),
)
ALIASES = st.builds(
    StreetAlias,
    zip5=_digits(5),
    alias_predirectional=DIRECTIONALS,
    alias_name=_text(28, 1),
    alias_suffix=_letters(4),
    alias_postdirectional=DIRECTIONALS,
    predirectional=DIRECTIONALS,
    street_name=_text(28, 1),
    suffix=_letters(4),
    postdirectional=DIRECTIONALS,
    alias_type=st.sampled_from("ACOP"),
    alias_date=_digits(8, blank=True),
    low=st.one_of(st.just(""), _number(10)),
    high=st.one_of(st.just(""), _number(10)),
    parity=st.sampled_from(["", *"OEB"]),
)
CITY_STATE = st.one_of(
    DETAILS,
    ALIASES,
    st.builds(SeasonalZip, zip5=_digits(5), months=st.text("YN", min_size=12, max_size=12)),
    st.builds(SchemeZip, label_zip=_digits(5), combined_zip=_digits(5)),
    st.builds(ZipSplit, _digits(5), ROUTES, _digits(5), ROUTES, _digits(8, blank=True)),
    st.builds(PoBoxOnlyZip, zip5=_digits(5), body=st.text(PRINTABLE, max_size=123).map(str.rstrip)),
)
SEPARATORS = st.sampled_from(["", "\n", "\r\n"])


@settings(max_examples=60, deadline=None)
@given(st.lists(zip4_records(), max_size=4), SEPARATORS)
def test_zip4_files_round_trip(records: list[DirectoryRecord], separator: str) -> None:
    texts = [format_zip4_header(2026, 11), *(format_zip4(record) for record in records)]
    assert {len(text) for text in texts} == {ZIP4_WIDTH}
    read = list(read_zip4(io.BytesIO(separator.join(texts).encode()), "zip4.txt"))
    assert read == records
    assert [format_zip4(record) for record in read] == texts[1:]


@settings(max_examples=60, deadline=None)
@given(st.lists(CITY_STATE, max_size=4), SEPARATORS)
def test_city_state_files_round_trip(records: list[CityStateRecord], separator: str) -> None:
    texts = [format_city_state_header(2026, 11), *(format_city_state(record) for record in records)]
    assert {len(text) for text in texts} == {CITY_STATE_WIDTH}
    assert list(read_city_state(io.BytesIO(separator.join(texts).encode()), "ctystate.txt")) == records


@settings(deadline=None)
@given(st.text(max_size=200), st.integers(1, 10**6))
def test_any_text_is_a_record_or_a_record_error(text: str, number: int) -> None:
    for parse in (parse_zip4, parse_city_state):
        try:
            parse(text, "f", number)
        except RecordError as error:
            assert error.record == number


@settings(deadline=None)
@given(zip4_records(), st.integers(0, ZIP4_WIDTH - 1), st.characters(codec="latin-1"))
def test_one_changed_byte_is_a_record_or_names_a_field(record: DirectoryRecord, at: int, byte: str) -> None:
    text = format_zip4(record)
    try:
        parse_zip4(text[:at] + byte + text[at + 1 :], "f", 2)
    except RecordError as error:
        assert error.field != "record"
