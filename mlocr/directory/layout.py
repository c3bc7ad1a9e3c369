"""The ZIP+4 product (182 bytes) and the City State product (129 bytes): one declaration, read and written by it.

Positions are the Postal Service's (AIS Technical Guide), 1-based. Of the header record only month (bytes 20-21), year
(bytes 23-24) and volume number (bytes 31-33) are known; the rest is written as the May 2017 sample has it.
"""

from __future__ import annotations

from dataclasses import fields
from typing import assert_never

from mlocr.directory.fields import (
    DIGITS,
    DIGITS_OR_BLANK,
    KEY,
    LETTERS,
    NUMBER,
    TEXT,
    Field,
    Kind,
    Layout,
    one_of,
)
from mlocr.directory.records import Edition, PoBoxOnlyZip, SchemeZip, SeasonalZip, ZipSplit
from mlocr.errors import RecordError
from mlocr.mail.address import CityStateDetail, DirectoryRecord, RecordType, StreetAlias

ZIP4_WIDTH = 182
CITY_STATE_WIDTH = 129
CENTURY_PIVOT = 80
"""A two-digit header year below this is 20yy, from it on 19yy (*ours*; the product began in the 1980s)."""

CityStateRecord = CityStateDetail | StreetAlias | SeasonalZip | SchemeZip | ZipSplit | PoBoxOnlyZip

DIRECTIONAL = Kind("(?:N |S |E |W |NE|NW|SE|SW|  )", "a directional or blank")
PARITY = one_of("OEB")
CARRIER_ROUTE = Kind("(?:[BCGHR][0-9]{{3}}| {{4}})", "a letter B, C, G, H or R and three digits, or blank")
ADDON_PART = Kind("(?:[0-9]{{2}}|ND|  )", "two digits, ND or blank")
CITY_STATE_KEY = Kind("[A-Z0-9]{{{n}}}", "letters and digits")
NAME = Kind("(?! {{{n}}})[ -~]{{{n}}}", "printable ASCII, not blank")


def _header(width: int) -> Layout:
    month = Kind("(?:0[1-9]|1[0-2])", "a month, 01 to 12")
    return Layout(
        "header record",
        width,
        (
            Field("copyright_detail_code", 1, 1, Kind("C", "C (header record)")),
            Field("header_text", 2, 18, TEXT),
            Field("file_month", 20, 2, month),
            Field("date_separator", 22, 1, TEXT),
            Field("file_year", 23, 2, DIGITS),
            Field("header_text_2", 25, 6, TEXT),
            Field("volume_sequence_number", 31, 3, TEXT),
            Field("filler", 34, width - 33, TEXT),
        ),
    )


ZIP4 = Layout(
    "ZIP+4 detail record",
    ZIP4_WIDTH,
    (
        Field("copyright_detail_code", 1, 1, Kind("D", "D (detail) or C (header)")),
        Field("zip_code", 2, 5, DIGITS),
        Field("update_key_no", 7, 10, TEXT),
        Field("action_code", 17, 1, one_of("ADG")),
        Field("record_type", 18, 1, one_of("FGHPRS", or_blank=False)),
        Field("carrier_route_id", 19, 4, CARRIER_ROUTE),
        Field("street_predirectional", 23, 2, DIRECTIONAL),
        Field("street_name", 25, 28, TEXT),
        Field("street_suffix", 53, 4, LETTERS),
        Field("street_postdirectional", 57, 2, DIRECTIONAL),
        Field("primary_low", 59, 10, NUMBER),
        Field("primary_high", 69, 10, NUMBER),
        Field("primary_odd_even", 79, 1, PARITY),
        Field("building_or_firm_name", 80, 40, TEXT),
        Field("secondary_abbrev", 120, 4, Kind("[A-Za-z# ]{{{n}}}", "letters or #")),
        Field("secondary_low", 124, 8, NUMBER),
        Field("secondary_high", 132, 8, NUMBER),
        Field("secondary_odd_even", 140, 1, PARITY),
        Field("addon_low_sector", 141, 2, ADDON_PART),
        Field("addon_low_segment", 143, 2, ADDON_PART),
        Field("addon_high_sector", 145, 2, ADDON_PART),
        Field("addon_high_segment", 147, 2, ADDON_PART),
        Field("base_alternate", 149, 1, one_of("AB")),
        Field("lacs_status", 150, 1, LETTERS),
        Field("govt_building", 151, 1, LETTERS),
        Field("finance_no", 152, 6, DIGITS_OR_BLANK),
        Field("state", 158, 2, LETTERS),
        Field("county_no", 160, 3, DIGITS_OR_BLANK),
        Field("congressional_district", 163, 2, KEY),
        Field("municipality_city_state_key", 165, 6, KEY),
        Field("urbanization_city_state_key", 171, 6, KEY),
        Field("preferred_last_line_city_state_key", 177, 6, KEY),
    ),
)
ZIP4_HEADER = _header(ZIP4_WIDTH)

CITY_STATE_DETAIL = Layout(
    "City State detail record",
    CITY_STATE_WIDTH,
    (
        Field("copyright_detail_code", 1, 1, Kind("D", "D")),
        Field("zip_code", 2, 5, DIGITS),
        Field("city_state_key", 7, 6, CITY_STATE_KEY),
        Field("zip_class", 13, 1, one_of("MPU")),
        Field("city_state_name", 14, 28, NAME),
        Field("city_state_name_abbrev", 42, 13, TEXT),
        Field("facility_code", 55, 1, LETTERS),
        Field("mailing_name_ind", 56, 1, one_of("YN", or_blank=False)),
        Field("preferred_last_line_key", 57, 6, KEY),
        Field("preferred_last_line_name", 63, 28, TEXT),
        Field("city_delivery_ind", 91, 1, one_of("YN")),
        Field("carrier_route_rate_sort_merged_ind", 92, 1, one_of("ABCD")),
        Field("unique_zip_name_ind", 93, 1, one_of("YN")),
        Field("finance_no", 94, 6, DIGITS_OR_BLANK),
        Field("state", 100, 2, Kind("[A-Z]{{{n}}}", "two letters")),
        Field("county_no", 102, 3, DIGITS_OR_BLANK),
        Field("county_name", 105, 25, TEXT),
    ),
)
STREET_ALIAS = Layout(
    "City State alias record",
    CITY_STATE_WIDTH,
    (
        Field("copyright_detail_code", 1, 1, Kind("A", "A")),
        Field("zip_code", 2, 5, DIGITS),
        Field("alias_predir", 7, 2, DIRECTIONAL),
        Field("alias_street_name", 9, 28, NAME),
        Field("alias_suffix", 37, 4, LETTERS),
        Field("alias_postdir", 41, 2, DIRECTIONAL),
        Field("street_predir", 43, 2, DIRECTIONAL),
        Field("street_name", 45, 28, NAME),
        Field("street_suffix", 73, 4, LETTERS),
        Field("street_postdir", 77, 2, DIRECTIONAL),
        Field("alias_type", 79, 1, one_of("ACOP")),
        Field("alias_date", 80, 8, DIGITS_OR_BLANK),
        Field("low", 88, 10, NUMBER),
        Field("high", 98, 10, NUMBER),
        Field("odd_even", 108, 1, PARITY),
        Field("filler", 109, 21, TEXT),
    ),
)
SEASONAL = Layout(
    "City State seasonal record",
    CITY_STATE_WIDTH,
    (
        Field("copyright_detail_code", 1, 1, Kind("N", "N")),
        Field("zip_code", 2, 5, DIGITS),
        Field("jan_to_dec", 7, 12, Kind("[YN]{{{n}}}", "twelve Y or N")),
        Field("filler", 19, 111, TEXT),
    ),
)
SCHEME = Layout(
    "City State scheme record",
    CITY_STATE_WIDTH,
    (
        Field("copyright_detail_code", 1, 1, Kind("S", "S")),
        Field("label_zip", 2, 5, DIGITS),
        Field("combined_zip", 7, 5, DIGITS),
        Field("filler", 12, 118, TEXT),
    ),
)
ZIP_SPLIT = Layout(
    "City State ZIP split record",
    CITY_STATE_WIDTH,
    (
        Field("copyright_detail_code", 1, 1, Kind("Z", "Z")),
        Field("old_zip", 2, 5, DIGITS),
        Field("old_carrier_route", 7, 4, CARRIER_ROUTE),
        Field("new_zip", 11, 5, DIGITS),
        Field("new_carrier_route", 16, 4, CARRIER_ROUTE),
        Field("date", 20, 8, DIGITS_OR_BLANK),
        Field("filler", 28, 102, TEXT),
    ),
)
PO_BOX_ONLY = Layout(
    "City State PO-Box-only record",
    CITY_STATE_WIDTH,
    (
        Field("copyright_detail_code", 1, 1, Kind("P", "P")),
        Field("zip_code", 2, 5, DIGITS),
        Field("body", 7, 123, TEXT),
    ),
)
CITY_STATE_HEADER = _header(CITY_STATE_WIDTH)


# --- headers --------------------------------------------------------------------------------------------------------


def parse_header(layout: Layout, text: str, file: str, record: int) -> Edition:
    """The edition of a header record. Raises RecordError."""
    values = layout.split(text, file, record)
    short_year = int(values[4])
    year = short_year + (2000 if short_year < CENTURY_PIVOT else 1900)
    return Edition(year, int(values[2]), values[6])


def _format_header(layout: Layout, year: int, month: int) -> str:
    if not 1900 + CENTURY_PIVOT <= year < 2000 + CENTURY_PIVOT:
        raise ValueError(f"a header's two-digit year cannot say {year}")
    return layout.join(
        {
            "copyright_detail_code": "C",
            "header_text": "     COPYRIGHT(C) ",
            "file_month": f"{month:02d}",
            "date_separator": "-",
            "file_year": f"{year % 100:02d}",
            "header_text_2": " USPS ",
            "volume_sequence_number": "001",
        }
    )


def format_zip4_header(year: int, month: int) -> str:
    """The ZIP+4 header record, 182 characters. Raises ValueError for a month or year it cannot say."""
    return _format_header(ZIP4_HEADER, year, month)


def format_city_state_header(year: int, month: int) -> str:
    """The City State header record, 129 characters. Raises ValueError for a month or year it cannot say."""
    return _format_header(CITY_STATE_HEADER, year, month)


# --- ZIP+4 ----------------------------------------------------------------------------------------------------------


RECORD_TYPES = {kind.value: kind for kind in RecordType}


def parse_zip4(text: str, file: str, record: int) -> DirectoryRecord:
    """One ZIP+4 detail record. Raises RecordError naming file, record number and field."""
    v = ZIP4.split(text, file, record)
    for name, low, high, parity in (("primary", v[10], v[11], v[12]), ("secondary", v[15], v[16], v[17])):
        if bool(low) != bool(high):
            raise RecordError(file, record, f"{name}_{'high' if low else 'low'}", "is blank beside a range's other end")
        if low.isdigit() and high.isdigit() and int(low) > int(high):
            raise RecordError(file, record, f"{name}_low", f"{low} is above the range's high end {high}")
        if name == "primary" and low != high and not parity:
            raise RecordError(file, record, f"{name}_odd_even", "is blank beside a range")
    return DirectoryRecord(
        zip5=v[1],
        update_key=v[2],
        action_code=v[3],
        record_type=RECORD_TYPES[v[4]],
        carrier_route=v[5],
        predirectional=v[6],
        street_name=v[7],
        suffix=v[8],
        postdirectional=v[9],
        primary_low=v[10],
        primary_high=v[11],
        primary_parity=v[12],
        building_or_firm=v[13],
        secondary_designator=v[14],
        secondary_low=v[15],
        secondary_high=v[16],
        secondary_parity=v[17],
        addon_low=text[140:144].rstrip(),
        addon_high=text[144:148].rstrip(),
        base_alternate=v[22],
        lacs_status=v[23],
        government_building=v[24],
        finance_number=v[25],
        state=v[26],
        county_number=v[27],
        congressional_district=v[28],
        municipality_key=v[29],
        urbanization_key=v[30],
        preferred_last_line_key=v[31],
    )


def format_zip4(record: DirectoryRecord) -> str:
    """One ZIP+4 detail record, 182 characters. Raises ValueError naming the field a value does not fit."""
    return ZIP4.join(
        {
            "copyright_detail_code": "D",
            "zip_code": record.zip5,
            "update_key_no": record.update_key,
            "action_code": record.action_code,
            "record_type": record.record_type.value,
            "carrier_route_id": record.carrier_route,
            "street_predirectional": record.predirectional,
            "street_name": record.street_name,
            "street_suffix": record.suffix,
            "street_postdirectional": record.postdirectional,
            "primary_low": record.primary_low,
            "primary_high": record.primary_high,
            "primary_odd_even": record.primary_parity,
            "building_or_firm_name": record.building_or_firm,
            "secondary_abbrev": record.secondary_designator,
            "secondary_low": record.secondary_low,
            "secondary_high": record.secondary_high,
            "secondary_odd_even": record.secondary_parity,
            "addon_low_sector": record.addon_low[:2],
            "addon_low_segment": record.addon_low[2:],
            "addon_high_sector": record.addon_high[:2],
            "addon_high_segment": record.addon_high[2:],
            "base_alternate": record.base_alternate,
            "lacs_status": record.lacs_status,
            "govt_building": record.government_building,
            "finance_no": record.finance_number,
            "state": record.state,
            "county_no": record.county_number,
            "congressional_district": record.congressional_district,
            "municipality_city_state_key": record.municipality_key,
            "urbanization_city_state_key": record.urbanization_key,
            "preferred_last_line_city_state_key": record.preferred_last_line_key,
        }
    )


# --- City State -----------------------------------------------------------------------------------------------------


def parse_city_state(text: str, file: str, record: int) -> CityStateRecord:
    """One City State record of any type but the header. Raises RecordError naming file, record number and field."""
    match text[:1]:
        case "D":
            return _detail(CITY_STATE_DETAIL.split(text, file, record))
        case "A":
            return StreetAlias(*STREET_ALIAS.split(text, file, record)[1:15])
        case "N":
            return SeasonalZip(*SEASONAL.split(text, file, record)[1:3])
        case "S":
            return SchemeZip(*SCHEME.split(text, file, record)[1:3])
        case "Z":
            return ZipSplit(*ZIP_SPLIT.split(text, file, record)[1:6])
        case "P":
            return PoBoxOnlyZip(PO_BOX_ONLY.split(text, file, record)[1], text[6:].rstrip())
    if len(text) != CITY_STATE_WIDTH:
        raise RecordError(file, record, "record", f"is {len(text)} bytes long, not {CITY_STATE_WIDTH}")
    problem = f"{text[:1]!r} at byte 1 is not one of C, D, A, N, S, Z, P"
    raise RecordError(file, record, "copyright_detail_code", problem)


def _detail(v: tuple[str, ...]) -> CityStateDetail:
    return CityStateDetail(
        zip5=v[1],
        city_state_key=v[2],
        zip_class=v[3],
        name=v[4],
        abbreviation=v[5],
        facility_code=v[6],
        mailing_name=v[7] == "Y",
        preferred_key=v[8],
        preferred_name=v[9],
        city_delivery=v[10] == "Y",
        carrier_route_sort=v[11],
        unique_zip_name=v[12] == "Y",
        finance_number=v[13],
        state=v[14],
        county_number=v[15],
        county_name=v[16],
    )


def format_city_state(record: CityStateRecord) -> str:
    """One City State record, 129 characters. Raises ValueError naming the field a value does not fit."""
    match record:
        case CityStateDetail():
            return _format_detail(record)
        case StreetAlias():
            return _format_values(STREET_ALIAS, "A", _values(record))
        case SeasonalZip():
            return _format_values(SEASONAL, "N", (record.zip5, record.months))
        case SchemeZip():
            return _format_values(SCHEME, "S", (record.label_zip, record.combined_zip))
        case ZipSplit():
            return _format_values(ZIP_SPLIT, "Z", _values(record))
        case PoBoxOnlyZip():
            return _format_values(PO_BOX_ONLY, "P", (record.zip5, record.body))
        case _:
            assert_never(record)


def _values(record: StreetAlias | ZipSplit) -> tuple[str, ...]:
    return record if isinstance(record, StreetAlias) else tuple(getattr(record, f.name) for f in fields(record))


def _format_values(layout: Layout, code: str, values: tuple[str, ...]) -> str:
    names = [field.name for field in layout.fields]
    return layout.join(dict(zip(names, (code, *values), strict=False)))


def _format_detail(record: CityStateDetail) -> str:
    def flag(value: bool) -> str:
        return "Y" if value else "N"

    return _format_values(
        CITY_STATE_DETAIL,
        "D",
        (
            record.zip5,
            record.city_state_key,
            record.zip_class,
            record.name,
            record.abbreviation,
            record.facility_code,
            flag(record.mailing_name),
            record.preferred_key,
            record.preferred_name,
            flag(record.city_delivery),
            record.carrier_route_sort,
            flag(record.unique_zip_name),
            record.finance_number,
            record.state,
            record.county_number,
            record.county_name,
        ),
    )
