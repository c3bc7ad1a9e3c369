"""Matching over a small directory: every kind of address to its full code, and what stands beside the code."""

import pytest
from fake_directory import FakeDirectory
from matching_cases import SMALL, ask, ask_lines, code

from mlocr.mail.address import RecordType, TextLine
from mlocr.mail.reasons import RejectReason
from mlocr.matching.delivery_point import DeliveryPointRequest, delivery_point
from mlocr.matching.match import MatchSettings

LAST = " / HAVENPORT ME 04901"
PO = " / HAVENPORT ME 04903"
PR = " / ADJUNTAS PR 00601"

FULL = [
    # streets and their parts
    ("124 MAIN ST" + LAST, "04901100124"),
    ("124 Main Street / Havenport, ME 04901-1001", "04901100124"),
    ("0124 MAIN ST" + LAST, "04901100124"),
    ("124 MAIN" + LAST, "04901100124"),
    ("124 MAIN AVE" + LAST, "04901100124"),
    ("212 ELM" + LAST, "04901120312"),
    ("134 OAK AVE" + LAST, "04901110334"),
    ("33 NORTH OAK AVENUE" + LAST, "04901110133"),
    ("33 N. Oak Av." + LAST, "04901110133"),
    ("5 SIXTH ST" + LAST, "04901130105"),
    ("5 6 TH ST" + LAST, "04901130105"),
    ("5 6 ST" + LAST, "04901130105"),
    ("5 TWENTY FIRST ST" + LAST, "04901130205"),
    ("5 AVE A" + LAST, "04901150905"),
    ("7 BROADWAY" + LAST, "04901150607"),
    ("12 ST JOHN ST" + LAST, "04901150212"),
    ("600 CR 12" + LAST, "04901150300"),
    ("600 CO RD 12" + LAST, "04901150300"),
    ("600 US-1" + LAST, "04901150400"),
    ("600 U.S. Hwy 1" + LAST, "04901150400"),
    ("ONE BROADWAY" + LAST, "04901150601"),
    # Publication 28: grid, hyphen, side by side directionals
    ("842 E 1700 S" + LAST, "04901150542"),
    ("61-20 E RIVER DR" + LAST, "04901150820"),
    ("N6W23001 BLUEMOUND RD" + LAST, "04901151001"),
    ("N6 W23001 BLUEMOUND RD" + LAST, "04901151001"),
    # names that look like something else
    ("5 PIER ST" + LAST, "04901151105"),
    # misspelled, joined, misread
    ("12 BLUBERRY LN" + LAST, "04901150112"),
    ("12 BLUE BERRY LN" + LAST, "04901150112"),
    ("12 BLUEBERRYLN" + LAST, ""),
    ("12 B1UEBERRY LN" + LAST, "04901150112"),
    ("124MAIN ST" + LAST, "04901100124"),
    ("1Z4 MAIN ST" + LAST, "04901100124"),
    # aliases, within their range
    ("12 OLD MILL RD" + LAST, "04901150112"),
    # highrise
    ("11 TOWER RD APT 5" + LAST, "04901501105"),
    ("APT 5 / 11 TOWER RD" + LAST, "04901501105"),
    ("11 TOWER RD / APT 5" + LAST, "04901501105"),
    ("APT 5 11 TOWER RD" + LAST, "04901501105"),
    ("11 TOWER RD, APT. #5" + LAST, "04901501105"),
    ("11 TOWER RD APT5" + LAST, "04901501105"),
    ("11 TOWER RD APT A7" + LAST, "04901501271"),
    ("11 TOWER RD STE 306" + LAST, "04901501381"),
    ("11 TOWER RD # 306" + LAST, "04901501381"),
    ("11 TOWER RD 306" + LAST, "04901501381"),
    ("11 TOWER RD BSMT" + LAST, "04901501499"),
    ("11 TOWER RD BASEMENT" + LAST, "04901501499"),
    ("11 TOWER RD" + LAST, "04901501099"),
    ("11 TOWER RD STE 405" + LAST, "04901501099"),
    ("21 TOWER RD APT 17" + LAST, "04901502099"),
    ("21 TOWER RD APT 7" + LAST, "04901502007"),
    ("31 TOWER RD" + LAST, "04901500031"),
    ("124 MAIN ST APT 5" + LAST, "04901100124"),
    ("124 MAIN ST PMB 12" + LAST, "04901100124"),
    # firm
    ("ACME WIDGETS / 11 TOWER RD" + LAST, "04901501511"),
    ("JOHN DOE / THE ACME WIDGETS CO / 11 TOWER RD" + LAST, "04901501511"),
    # boxes and routes
    ("PO BOX 205" + PO, "04903020505"),
    ("P.O. Box 305" + PO, "04903030005"),
    ("POST OFFICE BOX 205" + PO, "04903020505"),
    ("CALLER 205" + PO, "04903020505"),
    ("DRAWER 205" + PO, "04903020505"),
    ("LOCKBOX 205" + PO, "04903020505"),
    ("BOX 205" + PO, "04903020505"),
    ("P O B 205" + PO, "04903020505"),
    ("PO BOX 2O5" + PO, "04903020505"),
    ("PO BOX 205 PMB 3571" + PO, "04903020505"),
    ("RR 1 BOX 54" + LAST, "04901700154"),
    ("RFD ROUTE 1 #54" + LAST, "04901700154"),
    ("RURAL ROUTE 1 BOX 54" + LAST, "04901700154"),
    ("RD 1 BOX 54" + LAST, "04901700154"),
    ("RR 01 BOX 12 # 596" + LAST, "04901700112"),
    ("STAR ROUTE 2 BOX 7" + LAST, "04901700207"),
    ("HC 2" + LAST, "04901700299"),
    ("GENERAL DELIVERY" + LAST, "04901999999"),
    ("GEN DEL" + LAST, "04901999999"),
    ("PSC 3 BOX 1234 / APO AE 09012", "09012400134"),
    # Puerto Rico
    ("APARTADO 825" + PR, "00601082525"),
    ("CALLE AMAPOLA B25" + PR, "00601240225"),
    ("B25 CALLE AMAPOLA" + PR, "00601240225"),
    ("URB VISTA / 5 CALLE 1" + PR, "00601250205"),
    ("URB LOS OLMOS / 5 CALLE 1" + PR, "00601250105"),
    ("AVE WILSON CHURCHILL 123" + PR, "00601250323"),
    ("AVENIDA WILSON CHURCHILL 123" + PR, "00601250323"),
    # dual addresses (DMM 602 2.1)
    ("124 MAIN ST / PO BOX 205" + PO, "04903020505"),
    ("124 MAIN ST PO BOX 205" + PO, "04903020505"),
    ("PO BOX 205 / 124 MAIN ST" + LAST, "04901100124"),
    # the last line
    ("124 MAIN ST / HAVENPORT ME04901", "04901100124"),
    ("124 MAIN ST / HAVENPORT, MAINE 04901", "04901100124"),
    ("124 MAIN ST / HAVENPORT ME 049011001", "04901100124"),
    ("124 MAIN ST / HAVENPORT ME O4901", "04901100124"),
    ("124 MAIN ST / HAVENP0RT ME 04901", "04901100124"),
    ("124 MAIN ST / HAVENPRT ME 04901", "04901100124"),
    ("124 MAIN ST / HAVENPORT ME", "04901100124"),
    ("124 MAIN ST / 04901", "04901100124"),
    ("124 MAIN ST / HAVENPORT ME / 04901", "04901100124"),
    ("124 MAIN ST / HAVENPORT / ME 04901", "04901100124"),
    ("124 MAIN ST / HAVENPORT ME 04901 / USA", "04901100124"),
    ("124 MAIN ST / HAVENPORT ME 04901 / #BX123456789#", "04901100124"),
    ("124 MAIN ST / HAVENPORT ME 04901 / RETURN SERVICE REQUESTED", "04901100124"),
    ("124 MAIN ST / ST ALBANS ME 04910", "04910300124"),
    ("124 MAIN ST / SAINT ALBANS ME 04910", "04910300124"),
    # lines to pass over
    ("******AUTO**5-DIGIT 04901 / JANE DOE OR CURRENT RESIDENT / 124 MAIN ST" + LAST, "04901100124"),
    ("POSTAL CUSTOMER / 124 MAIN ST" + LAST, "04901100124"),
    ("C012 / 124 MAIN ST" + LAST, "04901100124"),
    ("124 MAIN ST / ATTN ACCOUNTS PAYABLE" + LAST, "04901100124"),
    ("3M COMPANY / C/O JOHN DOE / 124 MAIN ST" + LAST, "04901100124"),
    # ZIP Code put right where the evidence is clear
    ("5 CEDAR ST / HAVENPORT ME 04901", "04902200105"),
    ("5 CEDAR ST / HAVENPORT ME 04912", "04902200105"),
]


@pytest.mark.parametrize(("text", "expected"), [case for case in FULL if case[1]])
def test_full_code(text: str, expected: str) -> None:
    match = ask(text)
    assert code(match) == expected, [line.rule for line in match.trace]
    assert match.reason is None
    assert match.record is not None
    assert match.record_type is match.record.record_type


@pytest.mark.parametrize(
    ("text", "delivery", "last"),
    [
        ("124 Main Street" + LAST, "124 MAIN ST", "HAVENPORT ME 04901-1001"),
        ("124 main, apt 5" + LAST, "124 MAIN ST APT 5", "HAVENPORT ME 04901-1001"),
        ("11 tower road suite 306" + LAST, "11 TOWER RD STE 306", "HAVENPORT ME 04901-5013"),
        ("P.O. Drawer 205" + PO, "PO BOX 205", "HAVENPORT ME 04903-0205"),
        ("Rural Route 1 Box 54" + LAST, "RR 1 BOX 54", "HAVENPORT ME 04901-7001"),
        ("Star Route 2 Box 7" + LAST, "HC 2 BOX 7", "HAVENPORT ME 04901-7002"),
        ("gen del" + LAST, "GENERAL DELIVERY", "HAVENPORT ME 04901-9999"),
        ("PSC 3 Box 1234 / APO AE 09012", "PSC 3 BOX 1234", "APO AE 09012-4001"),
        ("APARTADO 825" + PR, "PO BOX 825", "ADJUNTAS PR 00601-0825"),
        ("12 old mill rd" + LAST, "12 BLUEBERRY LN", "HAVENPORT ME 04901-1501"),
        ("61-20 E River Dr" + LAST, "61-20 E RIVER DR", "HAVENPORT ME 04901-1508"),
    ],
)
def test_standardized_lines(text: str, delivery: str, last: str) -> None:
    match = ask(text)
    assert (match.delivery_line, match.last_line) == (delivery, last)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("124 MAIN ST" + LAST, ""),
        ("124 MAIN" + LAST, "L"),
        ("12 OLD MILL RD" + LAST, "M"),
        ("11 TOWER RD" + LAST, "H"),
        ("11 TOWER RD STE 405" + LAST, "S"),
        ("ACME WIDGETS / 11 TOWER RD" + LAST, "G"),
        ("PO BOX 205 / 124 MAIN ST" + LAST, "J"),
        ("5 CEDAR ST" + LAST, "A"),
        ("124 MAIN ST / HAVENPRT ME 04901", "B"),
        ("5 NODELIVERY RD" + LAST, "D"),
        ("5 ZEBRA ST" + LAST, "F"),
        ("JOHN DOE" + LAST, "I"),
        ("JOHN DOE / HAVENPORT ME 04999", "IQ"),
    ],
)
def test_footnotes(text: str, letters: str) -> None:
    assert "".join(ask(text).footnotes) == letters


def test_trace_names_the_rules_in_order() -> None:
    assert [line.rule for line in ask("11 TOWER RD STE 405" + LAST).trace] == ["last_line", "highrise_default"]
    assert all(line.said for line in ask("33 W OAK AVE" + LAST).trace)


def test_carrier_route_and_record_type_come_with_the_record() -> None:
    match = ask("PO BOX 205" + PO)
    assert match.record_type is RecordType.PO_BOX
    assert match.carrier_route == "C001"


def test_delivery_point_is_that_of_the_record_and_the_unit() -> None:
    match = ask("11 TOWER RD APT A7" + LAST)
    assert match.record is not None
    record = match.record
    request = DeliveryPointRequest(
        RecordType.HIGHRISE, "11", "7A", record.secondary_low, record.secondary_high, record.secondary_designator
    )
    assert match.routing is not None
    assert match.routing.delivery_point == delivery_point(request).dpc == "71"


def test_unpublished_delivery_points_can_be_switched_off() -> None:
    match = ask("61-20 E RIVER DR" + LAST, settings=MatchSettings(unpublished_dpc="none"))
    assert code(match) == "049011508"
    assert match.reason is RejectReason.NOT_CONFIRMED


def test_an_alternative_reading_is_taken_when_only_it_exists() -> None:
    lines = (TextLine("124 MQRN ST", 0.7, None, ("124 MAIN ST",)), TextLine("HAVENPORT ME 04901", 0.99))
    match = ask_lines(*lines)
    assert code(match) == "04901100124"
    assert "other_reading" in [line.rule for line in match.trace]


def test_base_record_before_its_alternate() -> None:
    d = FakeDirectory()
    d.city("04901", "HAVENPORT", "ME")
    d.row("04901", "S", "|MAIN|ST|", "1~99~B", "1001", base="A")
    d.row("04901", "S", "|MAIN|ST|", "1~99~B", "1002", base="B")
    match = ask("5 MAIN ST" + LAST, d)
    assert code(match) == "04901100205"


def test_significant_leading_zeros_of_a_box() -> None:
    d = FakeDirectory()
    d.city("04903", "HAVENPORT", "ME")
    d.row("04903", "P", "PO BOX", "-0145~-0145~B", "0145")
    d.row("04903", "P", "PO BOX", "100~199~B", "0100")
    assert code(ask("PO BOX 00145" + PO, d)) == "04903014545"  # as the record -0145 is to be printed
    assert code(ask("PO BOX 0145" + PO, d)) in ("", "04903")  # either record may be meant: no pick
    assert code(ask("PO BOX 145" + PO, d)) == "04903010045"


def test_every_record_of_the_directory_is_found_by_its_own_standard_address() -> None:
    d = SMALL
    streets = [r for r in d.rows if r.record_type is RecordType.STREET and r.zip5 == "04901" and r.addon_low != "20ND"]
    for record in streets:
        number = record.primary_low.lstrip("0")
        parts = (number, record.predirectional, record.street_name, record.suffix, record.postdirectional)
        match = ask(" ".join(p for p in parts if p) + LAST)
        assert match.record in (record, None) or match.record.record_type is RecordType.HIGHRISE
        assert match.routing is not None
        assert match.record is not None, record


def test_a_street_without_its_number_speaks_for_its_zip_code() -> None:
    """Five digits where the printed ZIP Code has the street and no other of the city does."""
    match = ask("J DOE / BLUEBERRY LN" + LAST)
    assert (code(match), match.reason) == ("04901", RejectReason.INSUFFICIENT_ADDRESS)
    for text in ("J DOE / MAIN ST", "J DOE / NOSUCH LN", "J DOE / BLUEBERRY"):
        assert code(ask(text + LAST)) == "", text
