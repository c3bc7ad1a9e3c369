"""LACSLink, SuiteLink and DPV after a match: the published codes and footnotes, case by case."""

from __future__ import annotations

import pytest
from fake_directory import FakeDirectory, small_directory
from fake_tables import FakeDpv, FakeLacsLink, FakeSuiteLink

from mlocr.errors import TableStoppedError
from mlocr.mail.address import AddressBlock, ConvertedAddress, TextLine
from mlocr.mail.code import RoutingCode
from mlocr.mail.match import LinkResult, Match
from mlocr.mail.reasons import RejectReason
from mlocr.matching.basis import Basis
from mlocr.matching.delivery import read_delivery
from mlocr.matching.dpv import by_dpv
from mlocr.matching.finding import Choice, Finding, Verdict
from mlocr.matching.links import confirmed
from mlocr.matching.match import Matcher
from mlocr.matching.search import DeliveryLine
from mlocr.ports import ConfirmingTables


def directory() -> FakeDirectory:
    d = small_directory()
    old = d.row("04901", "S", "|OLD STAGE|RD|", "1~99~B", "8001")
    d.rows[-1] = old._replace(lacs_status="L")
    d.row("04901", "S", "|QUARRY|RD|", "1~99~B", "8002")
    d.row("04902", "S", "|QUARRY|RD|", "100~199~B", "8003")
    return d


def block(*lines: str, confidence: float = 1.0) -> AddressBlock:
    return AddressBlock(tuple(TextLine(line, confidence) for line in lines))


def answer(tables: ConfirmingTables, *lines: str, confidence: float = 1.0) -> Match:
    return Matcher(directory(), tables=tables).match(block(*lines, confidence=confidence))


def digits(match: Match) -> str:
    return match.routing.digits if match.routing else ""


def last(zip5: str = "04901") -> str:
    return f"HAVENPORT ME {zip5}"


# --- DPV --------------------------------------------------------------------------------------------------------------


def dpv_of(dpv: FakeDpv, *lines: str) -> tuple[str, str, str]:
    found = answer(ConfirmingTables(dpv=dpv), *lines)
    return digits(found), found.links.dpv, "".join(found.links.dpv_footnotes)


def test_without_tables_nothing_changes() -> None:
    lines = ("124 MAIN ST", last())
    plain = Matcher(directory()).match(block(*lines))
    assert plain.links == LinkResult()
    assert answer(ConfirmingTables(), *lines) == plain


def test_a_confirmed_primary_is_y() -> None:
    dpv = FakeDpv()
    dpv.put("04901-1001", "124")
    assert dpv_of(dpv, "124 MAIN ST", last()) == ("04901100124", "Y", "AABB")


def test_an_unconfirmed_primary_keeps_five_digits_and_route_only() -> None:
    found = answer(ConfirmingTables(dpv=FakeDpv()), "124 MAIN ST", last())
    assert (digits(found), found.reason) == ("04901", RejectReason.NOT_CONFIRMED)
    assert (found.record, found.record_type, found.delivery_point_rule) == (None, None, "")
    assert found.carrier_route == "C001"
    assert found.last_line == "HAVENPORT ME 04901"
    assert (found.links.dpv, found.links.dpv_footnotes) == ("N", ("AA", "M3"))
    assert not any(candidate.chosen for candidate in found.candidates)
    assert [line.rule for line in found.trace][-1] == "dpv"


@pytest.mark.parametrize(
    ("lines", "footnotes"),
    [
        (("PO BOX 205", last("04903")), "AAP3"),
        (("RR 1 BOX 54", last()), "AAP3"),
        (("HC 2", last()), "AAP1"),
        (("11 TOWER RD", last()), "AAM3"),
    ],
)
def test_unconfirmed_footnotes(lines: tuple[str, ...], footnotes: str) -> None:
    assert dpv_of(FakeDpv(), *lines) == (lines[-1][-5:], "N", footnotes)


@pytest.mark.parametrize(
    ("zip4", "primary", "lines", "expected"),
    [
        ("04903-0205", "205", ("PO BOX 205", last("04903")), "04903020505"),
        ("04901-7001", "54", ("RR 1 BOX 54", last()), "04901700154"),
        ("04901-7002", "", ("HC 2", last()), "04901700299"),
    ],
)
def test_confirmed_boxes(zip4: str, primary: str, lines: tuple[str, ...], expected: str) -> None:
    dpv = FakeDpv()
    dpv.put(zip4, primary)
    assert dpv_of(dpv, *lines) == (expected, "Y", "AABB")


@pytest.mark.parametrize(
    ("lines", "code", "footnotes"),
    [
        (("GENERAL DELIVERY", last()), "04901999999", "AAG1"),
        (("PSC 3 BOX 1234", "APO AE 09012"), "09012400134", "AAF1"),
        (("STATE TAX OFFICE", "1 MAIN ST", last("04999")), "04999000101", "AAU1"),
    ],
)
def test_addresses_confirmed_by_what_they_are(lines: tuple[str, ...], code: str, footnotes: str) -> None:
    assert dpv_of(FakeDpv(), *lines) == (code, "Y", footnotes)


def test_a_confirmed_unit_is_y() -> None:
    dpv = FakeDpv()
    dpv.put("04901-5011", "11")
    dpv.put("04901-5011", "11", "4")
    assert dpv_of(dpv, "11 TOWER RD APT 4", last()) == ("04901501104", "Y", "AABB")


def test_an_unconfirmed_unit_is_s_and_keeps_its_add_on() -> None:
    dpv = FakeDpv()
    dpv.put("04901-5011", "11")
    assert dpv_of(dpv, "11 TOWER RD APT 4", last()) == ("04901501104", "S", "AACC")
    dpv.put("04901-1001", "124")
    assert dpv_of(dpv, "124 MAIN ST APT 9", last()) == ("04901100124", "S", "AACC")


def test_a_unit_without_a_number_is_asked_by_its_designator() -> None:
    dpv = FakeDpv()
    dpv.put("04901-5014", "11")
    dpv.put("04901-5014", "11", "BSMT")
    assert dpv_of(dpv, "11 TOWER RD BSMT", last()) == ("04901501499", "Y", "AABB")


def test_the_number_asked_is_the_one_matched() -> None:
    dpv = FakeDpv()
    dpv.put("04901-5012", "11")
    dpv.put("04901-5012", "11", "4A")
    assert dpv_of(dpv, "11-A TOWER RD APT 4", last()) == ("04901501241", "Y", "AABB")


def test_a_missing_unit_is_d_at_a_highrise_default_and_where_one_is_expected() -> None:
    dpv = FakeDpv()
    dpv.put("04901-5010", "11")
    assert dpv_of(dpv, "11 TOWER RD", last()) == ("04901501099", "D", "AAN1")
    dpv.put("04901-1001", "124", flags=("secondary_expected",))
    assert dpv_of(dpv, "124 MAIN ST", last()) == ("04901100124", "D", "AAN1")


def test_flags_are_reported_and_the_expected_secondary_is_not_one() -> None:
    dpv = FakeDpv()
    dpv.put("04901-1001", "124", flags=("vacant", "no_stat", "secondary_expected"))
    found = answer(ConfirmingTables(dpv=dpv), "124 MAIN ST", last())
    assert found.links.flags == ("vacant", "no_stat")


@pytest.mark.parametrize(
    ("line", "code", "footnotes"),
    [
        ("124 MAIN ST PMB 12", "Y", "AABBRR"),
        ("124 MAIN ST", "Y", "AABBR1"),
        ("124 MAIN ST # 12", "Y", "AABBRR"),
        ("124 MAIN ST APT 12", "S", "AACCR1"),
    ],
)
def test_commercial_mail_receivers(line: str, code: str, footnotes: str) -> None:
    dpv = FakeDpv()
    dpv.put("04901-1001", "124", flags=("cmra",))
    found = answer(ConfirmingTables(dpv=dpv), line, last())
    assert (digits(found), found.links.dpv, "".join(found.links.dpv_footnotes)) == ("04901100124", code, footnotes)
    assert found.links.flags == ("cmra",)


def test_a_private_mailbox_elsewhere_earns_no_footnote() -> None:
    dpv = FakeDpv()
    dpv.put("04901-1001", "124")
    assert dpv_of(dpv, "124 MAIN ST PMB 12", last())[1:] == ("Y", "AABB")


def test_flags_of_a_confirmed_unit_count_those_of_an_unconfirmed_one_do_not() -> None:
    dpv = FakeDpv()
    dpv.put("04901-5011", "11")
    dpv.put("04901-5011", "11", "4", flags=("vacant",))
    found = answer(ConfirmingTables(dpv=dpv), "11 TOWER RD APT 4", last())
    assert found.links.flags == ("vacant",)
    found = answer(ConfirmingTables(dpv=dpv), "11 TOWER RD APT 5", last())
    assert (found.links.dpv, found.links.flags) == ("S", ())


@pytest.mark.parametrize(("zip_class", "line"), [("M", "PO BOX 44"), ("", "PSC 7 BOX 44"), ("M", "PSC 7 BOX 44")])
def test_military_by_the_zip_code_or_by_the_form(zip_class: str, line: str) -> None:
    d = directory()
    d.city("09013", "APO", "AE", zip_class=zip_class)
    d.row("09013", "P", "PO BOX", "40~49~B", "4401")
    d.row("09013", "S", "PSC 7", "40~49~B", "4402")
    found = Matcher(d, tables=ConfirmingTables(dpv=FakeDpv())).match(block(line, "APO AE 09013"))
    assert (found.links.dpv, found.links.dpv_footnotes) == ("Y", ("AA", "F1"))


def test_a_street_record_without_a_number_lacks_the_primary() -> None:
    record = next(r for r in directory().rows if r.street_name == "MAIN")._replace(primary_low="", primary_high="")
    basis = Basis(finding=Finding(Verdict.FOUND, (Choice(record, "1001", "99", "no_number"),)))
    match = Match(RoutingCode("04901", "1001", "99"), None, record, record.record_type)
    assert by_dpv(match, basis, FakeDpv(), directory()).links.dpv_footnotes == ("AA", "M1")


@pytest.mark.parametrize(("line", "footnotes"), [("RR 1", "A1P1"), ("9999 MAIN ST", "A1")])
def test_what_is_missing_is_told_without_a_match(line: str, footnotes: str) -> None:
    assert dpv_of(FakeDpv(), line, last())[1:] == ("", footnotes)


def test_without_an_add_on_dpv_is_not_asked() -> None:
    dpv = FakeDpv()
    found = answer(ConfirmingTables(dpv=dpv), "9999 MAIN ST", last())
    assert (found.links.dpv, found.links.dpv_footnotes) == ("", ("A1",))
    assert dpv.asked == []


def tie() -> tuple[Match, Basis]:
    """Two readings of the number, 12 and 72, in one record of LACS status L: nine digits in common."""
    record = next(r for r in directory().rows if r.lacs_status == "L")
    choices = tuple(Choice(record, "8001", point, "primary_number", number=point) for point in ("12", "72"))
    line = read_delivery("12 OLD STAGE RD")
    basis = Basis(line=DeliveryLine(line), finding=Finding(Verdict.MULTIPLE, choices))
    return Match(RoutingCode("04901", "8001"), RejectReason.MULTIPLE_RESPONSES), basis


def after(tables: ConfirmingTables) -> Match:
    def again(asked: AddressBlock) -> tuple[Match, Basis]:
        raise AssertionError("a tie is not matched again")

    return confirmed(*tie(), tables, directory(), again, 0.9)


def test_nine_digits_in_common_pass_the_gate_too() -> None:
    dpv = FakeDpv()
    assert after(ConfirmingTables(dpv=dpv)).routing == RoutingCode("04901")
    dpv.put("04901-8001", "12")
    assert after(ConfirmingTables(dpv=dpv)).routing == RoutingCode("04901"), "it may be 72"
    dpv.put("04901-8001", "72")
    assert after(ConfirmingTables(dpv=dpv)).routing == RoutingCode("04901", "8001")


def test_a_tie_is_not_converted() -> None:
    lacslink = FakeLacsLink()
    lacslink.answers["04901", "12", "OLD STAGE RD", ""] = ConvertedAddress("A", "18 QUARRY RD", "04901")
    assert after(ConfirmingTables(lacslink=lacslink)) == tie()[0]
    assert lacslink.asked == []


def test_a_seed_stops_the_match() -> None:
    dpv = FakeDpv()
    dpv.seeds.add(("04901-1001", "124"))
    with pytest.raises(TableStoppedError):
        answer(ConfirmingTables(dpv=dpv), "124 MAIN ST", last())


# --- LACSLink ---------------------------------------------------------------------------------------------------------


def lacs_of(lacslink: FakeLacsLink, *lines: str, confidence: float = 1.0) -> tuple[str, str]:
    found = answer(ConfirmingTables(lacslink=lacslink), *lines, confidence=confidence)
    return digits(found), found.links.lacslink


def test_a_street_record_without_the_status_is_not_asked() -> None:
    lacslink = FakeLacsLink()
    assert lacs_of(lacslink, "124 MAIN ST", last()) == ("04901100124", "")
    assert lacslink.asked == []


def test_a_record_of_status_l_is_converted_and_the_new_address_matched() -> None:
    lacslink = FakeLacsLink()
    lacslink.answers["04901", "12", "OLD STAGE RD", ""] = ConvertedAddress("A", "18 QUARRY RD", "04901")
    found = answer(ConfirmingTables(lacslink=lacslink), "12 OLD STAGE RD", last())
    assert (digits(found), found.links.lacslink) == ("04901800218", "A")
    assert (found.delivery_line, found.reason) == ("18 QUARRY RD", None)
    assert "lacslink" in [line.rule for line in found.trace]


def test_a_record_of_status_l_that_the_table_does_not_know_stands() -> None:
    assert lacs_of(FakeLacsLink(), "12 OLD STAGE RD", last()) == ("04901800112", "00")


@pytest.mark.parametrize("code", ["09", "14"])
def test_known_without_a_new_address_the_old_one_stands(code: str) -> None:
    lacslink = FakeLacsLink()
    lacslink.answers["04901", "12", "OLD STAGE RD", ""] = ConvertedAddress(code)
    assert lacs_of(lacslink, "12 OLD STAGE RD", last()) == ("04901800112", code)


def test_92_is_matched_without_the_unit() -> None:
    lacslink = FakeLacsLink()
    lacslink.answers["04901", "12", "OLD STAGE RD", "5"] = ConvertedAddress("92", "18 QUARRY RD", "04901")
    assert lacs_of(lacslink, "12 OLD STAGE RD APT 5", last()) == ("04901800218", "92")


def test_a_new_address_in_another_zip_code() -> None:
    lacslink = FakeLacsLink()
    lacslink.answers["04901", "54", "RR 1", ""] = ConvertedAddress("A", "118 QUARRY RD", "04902")
    assert lacs_of(lacslink, "J DOE", "RR 1 BOX 54", last()) == ("04902800318", "A")


def test_a_route_that_no_record_holds_is_asked_too() -> None:
    lacslink = FakeLacsLink()
    lacslink.answers["04901", "77", "RR 9", ""] = ConvertedAddress("A", "18 QUARRY RD", "04901")
    assert lacs_of(lacslink, "RR 9 BOX 77", last()) == ("04901800218", "A")


def test_a_route_without_its_box_is_not_asked() -> None:
    lacslink = FakeLacsLink()
    assert lacs_of(lacslink, "RR 9", last())[1] == ""
    assert lacslink.asked == []


def test_an_unmatched_street_is_asked_in_its_standard_form() -> None:
    lacslink = FakeLacsLink()
    lacslink.answers["04901", "77", "N VANISHED RD", ""] = ConvertedAddress("A", "18 QUARRY RD", "04901")
    assert lacs_of(lacslink, "77 NORTH VANISHED ROAD", last()) == ("04901800218", "A")


def test_a_record_without_an_add_on_is_asked_where_it_may_have_been_converted() -> None:
    lacslink = FakeLacsLink()
    lacslink.answers["04901", "12", "NODELIVERY RD", ""] = ConvertedAddress("A", "18 QUARRY RD", "04901")
    assert lacs_of(lacslink, "12 NODELIVERY RD", last()) == ("04901800218", "A")
    code, lacs = lacs_of(lacslink, "12 NODELIVERY RD", last(), confidence=0.8)
    assert (code, lacs) == ("04901", "")


def test_a_number_in_a_street_name_is_no_unit() -> None:
    lacslink = FakeLacsLink()
    lacslink.answers["04901", "77", "COUNTY RD", "5"] = ConvertedAddress("92", "18 QUARRY RD", "04901")
    assert lacs_of(lacslink, "77 COUNTY RD 5", last())[1] == "00"
    lacslink.answers["04901", "77", "COUNTY ROAD 5", ""] = ConvertedAddress("A", "18 QUARRY RD", "04901")
    assert lacs_of(lacslink, "77 COUNTY RD 5", last()) == ("04901800218", "A")


def test_an_unmatched_line_read_badly_is_not_converted() -> None:
    lacslink = FakeLacsLink()
    lacslink.answers["04901", "77", "N VANISHED RD", ""] = ConvertedAddress("A", "18 QUARRY RD", "04901")
    code, lacs = lacs_of(lacslink, "77 N VANISHED RD", last(), confidence=0.8)
    assert (len(code) <= 5, lacs) == (True, "")


@pytest.mark.parametrize(
    ("line", "zip5", "expected"),
    [("18 NOWHERE RD", "04901", "04901"), ("18 NOWHERE RD", "04902", ""), ("18 QUARRY RD", "99999", "")],
)
def test_a_new_address_that_does_not_match_leaves_no_old_add_on(line: str, zip5: str, expected: str) -> None:
    lacslink = FakeLacsLink()
    lacslink.answers["04901", "12", "OLD STAGE RD", ""] = ConvertedAddress("A", line, zip5)
    found = answer(ConfirmingTables(lacslink=lacslink), "12 OLD STAGE RD", last())
    assert (digits(found), found.links.lacslink, found.reason) == (expected, "14", RejectReason.NOT_CONFIRMED)


def test_dpv_is_asked_of_the_new_address() -> None:
    lacslink, dpv = FakeLacsLink(), FakeDpv()
    lacslink.answers["04901", "12", "OLD STAGE RD", ""] = ConvertedAddress("A", "18 QUARRY RD", "04901")
    dpv.put("04901-8001", "12")
    found = answer(ConfirmingTables(dpv, lacslink), "12 OLD STAGE RD", last())
    assert (digits(found), found.links.lacslink, found.links.dpv) == ("04901", "A", "N")
    dpv.put("04901-8002", "18")
    found = answer(ConfirmingTables(dpv, lacslink), "12 OLD STAGE RD", last())
    assert (digits(found), found.links.lacslink, found.links.dpv) == ("04901800218", "A", "Y")


# --- SuiteLink --------------------------------------------------------------------------------------------------------


def suite_of(suitelink: FakeSuiteLink, *lines: str) -> tuple[str, str]:
    found = answer(ConfirmingTables(suitelink=suitelink), *lines)
    return digits(found), found.links.suitelink


def test_a_firm_at_a_highrise_default_gets_its_suite() -> None:
    suitelink = FakeSuiteLink()
    suitelink.suites["04901", "5010", "11", "HARBOR LAW GROUP"] = ("STE", "306")
    found = answer(ConfirmingTables(suitelink=suitelink), "HARBOR LAW GROUP", "11 TOWER RD", last())
    assert (digits(found), found.links.suitelink) == ("04901501381", "A")
    assert found.delivery_line == "11 TOWER RD STE 306"


def test_an_unknown_firm_stays_at_the_default() -> None:
    assert suite_of(FakeSuiteLink(), "HARBOR LAW GROUP", "11 TOWER RD", last()) == ("04901501099", "00")


@pytest.mark.parametrize(
    "lines",
    [
        ("HARBOR LAW GROUP", "11 TOWER RD APT 4", last()),
        ("HARBOR LAW GROUP", "124 MAIN ST", last()),
        ("11 TOWER RD", last()),
        ("HARBOR LAW GROUP", "11 TOWER RD PMB 7", last()),
    ],
)
def test_suitelink_is_asked_only_for_firms_at_defaults(lines: tuple[str, ...]) -> None:
    suitelink = FakeSuiteLink()
    assert suite_of(suitelink, *lines)[1] == ""
    assert suitelink.asked == []


def test_a_suite_that_no_record_holds_changes_nothing() -> None:
    suitelink = FakeSuiteLink()
    suitelink.suites["04901", "5010", "11", "HARBOR LAW GROUP"] = ("STE", "900")
    assert suite_of(suitelink, "HARBOR LAW GROUP", "11 TOWER RD", last()) == ("04901501099", "00")


def test_two_firms_of_two_suites_are_a_tie() -> None:
    suitelink = FakeSuiteLink()
    suitelink.suites["04901", "5010", "11", "HARBOR LAW GROUP"] = ("STE", "306")
    suitelink.suites["04901", "5010", "11", "SEA DENTAL"] = ("STE", "310")
    assert suite_of(suitelink, "SEA DENTAL", "HARBOR LAW GROUP", "11 TOWER RD", last()) == ("04901501099", "00")


def test_dpv_is_asked_for_the_suite() -> None:
    suitelink, dpv = FakeSuiteLink(), FakeDpv()
    suitelink.suites["04901", "5010", "11", "HARBOR LAW GROUP"] = ("STE", "306")
    dpv.put("04901-5013", "11")
    dpv.put("04901-5013", "11", "306")
    found = answer(ConfirmingTables(dpv=dpv, suitelink=suitelink), "HARBOR LAW GROUP", "11 TOWER RD", last())
    assert (digits(found), found.links.dpv, found.links.suitelink) == ("04901501381", "Y", "A")
