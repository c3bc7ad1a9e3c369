import pytest
from directory_samples import CITY_STATE_RECORDS, GENUINE, HIGHRISE, MEMPHIS, SHELBORNE, ZIP4_RECORDS

from mlocr.directory.fields import TEXT, Field, Layout
from mlocr.directory.layout import (
    CITY_STATE_HEADER,
    ZIP4_HEADER,
    CityStateRecord,
    format_city_state,
    format_city_state_header,
    format_zip4,
    format_zip4_header,
    parse_city_state,
    parse_header,
    parse_zip4,
)
from mlocr.directory.records import PoBoxOnlyZip
from mlocr.errors import RecordError
from mlocr.mail.address import CityStateDetail, DirectoryRecord, RecordType


def test_genuine_sample_reads_and_writes_back_byte_for_byte() -> None:
    if not GENUINE.is_file():
        pytest.skip("the genuine ZIP+4 sample is not on this machine")
    text = GENUINE.read_text()
    header, *records = (text[at : at + 182] for at in range(0, len(text), 182))
    edition = parse_header(ZIP4_HEADER, header, "sample", 1)
    assert (edition.year, edition.month, edition.volume) == (2017, 5, "001")
    assert format_zip4_header(2017, 5) == header
    assert len(records) == 56
    for record in records:
        assert format_zip4(parse_zip4(record, "sample", 2)) == record


def test_a_record_by_the_published_positions() -> None:
    # Written by hand from the published table, not by the writer under test.
    text = (
        "D" "38134" "V100000002" "A" "H" "C001" "  " + "SHELBORNE".ljust(28) + "CIR " "  " "0000005206" "0000005206" "E"
        + "SHELBORNE ARMS".ljust(40) + "APT " "00000001" "00000016" "B" "56" "60" "56" "60" "B" " " " " "475000" "TN"
        "157" "09" "      " "      " "X10000"
    )  # fmt: skip
    assert parse_zip4(text, "f", 2) == HIGHRISE
    assert format_zip4(HIGHRISE) == text


@pytest.mark.parametrize("record", ZIP4_RECORDS, ids=lambda r: r.record_type.name)
def test_zip4_round_trip(record: DirectoryRecord) -> None:
    assert len(format_zip4(record)) == 182
    assert parse_zip4(format_zip4(record), "f", 2) == record


@pytest.mark.parametrize("record", CITY_STATE_RECORDS, ids=lambda r: type(r).__name__)
def test_city_state_round_trip(record: CityStateRecord) -> None:
    assert len(format_city_state(record)) == 129
    assert parse_city_state(format_city_state(record), "f", 2) == record


def test_city_state_detail_by_the_published_positions() -> None:
    text = (
        "D" "38134" "X10000" " " + "MEMPHIS".ljust(28) + " " * 13 + "P" "Y" "X10000" + "MEMPHIS".ljust(28)
        + "Y" "D" "N" "475000" "TN" "157" + "SHELBY".ljust(25)
    )  # fmt: skip
    assert parse_city_state(text, "f", 2) == MEMPHIS


@pytest.mark.parametrize("code", "FGHPRS")
@pytest.mark.parametrize("action", "ADG")
def test_every_record_type_and_action_code(code: str, action: str) -> None:
    text = format_zip4(SHELBORNE)
    record = parse_zip4(text[:16] + action + code + text[18:], "f", 2)
    assert (record.record_type, record.action_code) == (RecordType(code), action)


def test_po_box_only_keeps_its_unpublished_body() -> None:
    text = "P38173" + " ANYTHING 123".ljust(123)
    assert parse_city_state(text, "f", 2) == PoBoxOnlyZip("38173", " ANYTHING 123")
    assert format_city_state(PoBoxOnlyZip("38173", " ANYTHING 123")) == text


def test_lower_case_names_are_read_in_upper_case() -> None:
    text = format_zip4(SHELBORNE).replace("SHELBORNE", "Shelborne")
    assert parse_zip4(text, "f", 2) == SHELBORNE


def test_plain_numbers_are_zero_filled_and_others_are_not() -> None:
    text = format_zip4(DirectoryRecord(**_parts(primary_low="101", primary_high="199")))
    assert text[58:78] == "00000001010000000199"
    text = format_zip4(DirectoryRecord(**_parts(primary_low="B1", primary_high="B99")))
    assert text[58:78] == "B1        B99       "


def _parts(**changed: str) -> dict[str, object]:
    return {name: getattr(SHELBORNE, name) for name in SHELBORNE._fields} | changed


# --- headers --------------------------------------------------------------------------------------------------------


def test_headers_have_their_product_s_width() -> None:
    assert len(format_zip4_header(2026, 11)) == 182
    assert len(format_city_state_header(2026, 11)) == 129
    assert format_city_state_header(2026, 1)[:33] == "C     COPYRIGHT(C) 01-26 USPS 001"


@pytest.mark.parametrize(("year", "digits"), [(1980, "80"), (1999, "99"), (2000, "00"), (2079, "79")])
def test_the_century_pivot(year: int, digits: str) -> None:
    header = format_city_state_header(year, 3)
    assert header[22:24] == digits
    assert parse_header(CITY_STATE_HEADER, header, "f", 1).year == year


@pytest.mark.parametrize("year", [1979, 2080])
def test_a_year_two_digits_cannot_say(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        format_zip4_header(year, 3)


@pytest.mark.parametrize("month", ["00", "13", "AB", "  "])
def test_a_header_without_a_month(month: str) -> None:
    header = format_zip4_header(2026, 11)
    with pytest.raises(RecordError) as caught:
        parse_header(ZIP4_HEADER, header[:19] + month + header[21:], "zip4.txt", 1)
    assert (caught.value.file, caught.value.record, caught.value.field) == ("zip4.txt", 1, "file_month")


# --- malformed records ----------------------------------------------------------------------------------------------

ZIP4_FAULTS = [
    (1, "Q", "copyright_detail_code"),
    (2, "3813X", "zip_code"),
    (2, "     ", "zip_code"),
    (7, "V10\x0000000", "update_key_no"),
    (17, "X", "action_code"),
    (18, "Q", "record_type"),
    (18, " ", "record_type"),
    (18, "s", "record_type"),
    (19, "C0O1", "carrier_route_id"),
    (23, "Q ", "street_predirectional"),
    (25, "CAF\xc9", "street_name"),
    (25, "A\nB", "street_name"),
    (53, "C1R ", "street_suffix"),
    (57, "NN", "street_postdirectional"),
    (59, "00000052?0", "primary_low"),
    (59, " " * 10, "primary_low"),
    (69, " " * 10, "primary_high"),
    (79, "X", "primary_odd_even"),
    (80, "\x7f", "building_or_firm_name"),
    (120, "APT1", "secondary_abbrev"),
    (124, "0000000$", "secondary_low"),
    (124, " " * 8, "secondary_low"),
    (132, " " * 8, "secondary_high"),
    (140, "Z", "secondary_odd_even"),
    (141, "5X", "addon_low_sector"),
    (147, "N5", "addon_high_segment"),
    (149, "C", "base_alternate"),
    (152, "47500X", "finance_no"),
    (158, "T1", "state"),
    (160, "15", "county_no"),
    (177, "X1000\xff", "preferred_last_line_city_state_key"),
]


def _spoiled(text: str, start: int, part: str, name: str) -> str:
    if name == "county_no":
        part = "15 "
    return text[: start - 1] + part + text[start - 1 + len(part) :]


@pytest.mark.parametrize(("start", "part", "field"), ZIP4_FAULTS)
def test_a_malformed_zip4_field_is_named(start: int, part: str, field: str) -> None:
    with pytest.raises(RecordError) as caught:
        parse_zip4(_spoiled(format_zip4(HIGHRISE), start, part, field), "zip4.txt", 7)
    assert (caught.value.file, caught.value.record, caught.value.field) == ("zip4.txt", 7, field)
    assert str(caught.value).startswith(f"zip4.txt, record 7, field {field}: ")


def test_a_range_without_parity_is_malformed_but_a_single_number_is_not() -> None:
    text = format_zip4(SHELBORNE)
    with pytest.raises(RecordError, match="primary_odd_even: is blank beside a range"):
        parse_zip4(text[:78] + " " + text[79:], "f", 2)
    text = format_zip4(HIGHRISE)
    assert parse_zip4(text[:78] + " " + text[79:], "f", 2).primary_parity == ""


CITY_STATE_FAULTS = [
    (1, "X", "copyright_detail_code"),
    (2, "381 4", "zip_code"),
    (7, "X 0000", "city_state_key"),
    (13, "Q", "zip_class"),
    (14, " " * 28, "city_state_name"),
    (56, "?", "mailing_name_ind"),
    (56, " ", "mailing_name_ind"),
    (91, "1", "city_delivery_ind"),
    (92, "E", "carrier_route_rate_sort_merged_ind"),
    (94, "4750  ", "finance_no"),
    (100, "T ", "state"),
    (102, "1S7", "county_no"),
    (105, "SHELB\xdd", "county_name"),
]


@pytest.mark.parametrize(("start", "part", "field"), CITY_STATE_FAULTS)
def test_a_malformed_city_state_field_is_named(start: int, part: str, field: str) -> None:
    text = format_city_state(MEMPHIS)
    with pytest.raises(RecordError) as caught:
        parse_city_state(text[: start - 1] + part + text[start - 1 + len(part) :], "ctystate.txt", 3)
    assert (caught.value.record, caught.value.field) == (3, field)


@pytest.mark.parametrize("length", [0, 1, 181, 183, 364])
def test_a_zip4_record_of_another_length(length: int) -> None:
    with pytest.raises(RecordError, match=f"field record: is {length} bytes long, not 182"):
        parse_zip4((format_zip4(SHELBORNE) * 2)[:length], "f", 2)


@pytest.mark.parametrize("length", [0, 128, 130])
def test_a_city_state_record_of_another_length(length: int) -> None:
    with pytest.raises(RecordError, match=f"field record: is {length} bytes long, not 129"):
        parse_city_state((format_city_state(MEMPHIS) * 2)[:length], "f", 2)


# --- writing what does not fit --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"zip5": "381344"}, "zip_code"),
        ({"street_name": "S" * 29}, "street_name"),
        ({"street_name": "CAFÉ"}, "street_name"),
        ({"primary_low": "12345678901"}, "primary_low"),
        ({"primary_parity": "X"}, "primary_odd_even"),
    ],
)
def test_a_value_that_does_not_fit_is_not_written(changed: dict[str, str], field: str) -> None:
    with pytest.raises(ValueError, match=field):
        format_zip4(DirectoryRecord(**_parts(**changed)))


def test_a_city_name_that_does_not_fit_is_not_written() -> None:
    parts = {name: getattr(MEMPHIS, name) for name in MEMPHIS._fields}
    with pytest.raises(ValueError, match="city_state_name"):
        format_city_state(CityStateDetail(**(parts | {"name": "M" * 29})))


@pytest.mark.parametrize(
    "fields",
    [
        (Field("a", 1, 2, TEXT), Field("b", 4, 1, TEXT)),
        (Field("a", 1, 2, TEXT), Field("b", 2, 3, TEXT)),
        (Field("a", 1, 2, TEXT),),
    ],
)
def test_fields_must_tile_the_record(fields: tuple[Field, ...]) -> None:
    with pytest.raises(ValueError, match="broken"):
        Layout("broken", 4, fields)
