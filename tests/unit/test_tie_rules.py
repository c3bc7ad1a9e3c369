"""Tie rules: a corrected street against what is written, the printed +4, mended ZIP Codes, and the rules' table."""

import ast
from datetime import date
from pathlib import Path

import pytest
from fake_directory import FakeDirectory, small_directory
from matching_cases import ask, ask_lines, code

import mlocr.matching
from mlocr.mail.address import TextLine
from mlocr.mail.reasons import RejectReason as R
from mlocr.matching.match import MatchSettings
from mlocr.matching.rule_table import OURS, RULES, TieRule

LAST = " / HAVENPORT ME 04901"


def _streets() -> FakeDirectory:
    d = small_directory()
    d.row("04901", "S", "|MAINE|ST|", "100~298~E", "1701")
    d.row("04901", "S", "NW|KING|ST|", "1~99~B", "1702")
    d.row("04901", "S", "NW|KINGS|HWY|", "1~199~B", "1703")
    return d


STREETS = _streets()


# --- a corrected street against what is written -----------------------------------------------------------------------


@pytest.mark.parametrize("text", ["124 MAIN EST", "12 NW KING S", "12 NW KINGS T"])
def test_a_slip_between_name_and_suffix_makes_a_tie(text: str) -> None:
    """MAIN EST is as much MAINE ST as MAIN ST, KING S as much KING ST as KINGS HWY."""
    match = ask(text + LAST, STREETS)
    assert code(match) in ("", "04901")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("124 MAIN ST", "04901100124"),
        ("124 MAINE ST", "04901170124"),
        ("12 NW KING ST", "04901170212"),
        ("12 NW KINGS HWY", "04901170312"),
        ("150 NW KINGS", "04901170350"),  # KING ST does not hold 150
    ],
)
def test_and_nothing_else_does(text: str, digits: str) -> None:
    assert code(ask(text + LAST, STREETS)) == digits


# --- a printed +4 that is not the address's own -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plus4", "digits"),
    [
        ("1001", "04901100124"),  # its own
        ("9876", "04901100124"),  # of nothing at all
        ("1504", "04901100124"),  # of another street altogether
        ("1003", "04901"),  # of other numbers on MAIN ST: the number may be misread
        ("1701", "04901"),  # of MAINE ST
    ],
)
def test_a_stale_addon_on_a_line_not_read_surely(plus4: str, digits: str) -> None:
    lines = (TextLine("124 MAIN ST", 0.8), TextLine(f"HAVENPORT ME 04901-{plus4}", 0.99))
    match = ask_lines(*lines, directory=STREETS)
    assert code(match) == digits
    assert (match.reason is R.NOT_CONFIRMED) == (len(digits) < 11)


@pytest.mark.parametrize(
    ("plus4", "digits"),
    [
        ("5011", "04901501105"),
        ("5010", "04901501105"),  # the building's default: what the address had before
        ("5000", "04901501105"),  # its street record
        ("5014", "04901"),  # the basement: another unit without a number
        ("5012", "04901"),  # 1A-10A: 5A is one letter away from 5
        ("5013", "04901501105"),  # 301-399: no slip of 5
        ("5015", "04901"),  # a firm at the number, whose name is not printed
        ("5020", "04901"),  # 21 TOWER RD: one digit away
    ],
)
def test_a_stale_addon_in_a_building(plus4: str, digits: str) -> None:
    assert code(ask(f"11 TOWER RD APT 5 / HAVENPORT ME 04901-{plus4}")) == digits


@pytest.mark.parametrize("printed", ["BOX 22", "PO BOX 22"])
@pytest.mark.parametrize(("plus4", "full"), [("1186", False), ("1187", True), ("9876", True)])
def test_the_add_on_of_a_route_that_has_the_box_too(printed: str, plus4: str, full: bool) -> None:
    """HC 3 of HC 3 BOX 22 may have been cut off; 1187 is a route without such a box."""
    d = FakeDirectory()
    d.city("57357", "PRAIRIE", "SD")
    d.row("57357", "P", "PO BOX", "1~99~B", "9002")
    d.row("57357", "R", "HC 3", "1~40~B", "1186")
    d.row("57357", "R", "HC 4", "50~90~B", "1187")
    assert (code(ask(f"{printed} / PRAIRIE SD 57357-{plus4}", d)) == "57357900222") == full


# --- a ZIP Code with a character that is no digit ---------------------------------------------------------------------


def test_a_mended_zip_is_no_better_than_its_sister() -> None:
    """0490Z may be 04902 or 04907, were it one of the office: where both have the address there is no answer."""
    d = small_directory()
    d.row("04902", "G", "GENERAL DELIVERY", "", "9999")
    assert code(ask("GENERAL DELIVERY / HAVENPORT ME 0490Z", d)) == "04902999999"
    assert code(ask("12 CEDAR ST / HAVENPORT ME 0490Z", d)) == "04902200112"


# --- strokes and words in the place of numbers ------------------------------------------------------------------------


def test_an_upright_stroke_is_a_one_or_a_stray_mark() -> None:
    d = small_directory()
    d.row("04903", "P", "PO BOX", "1~99~B", "0500")
    d.row("04903", "P", "PO BOX", "100~199~B", "0600")
    assert code(ask("PO BOX |44 / HAVENPORT ME 04903", d)) == "04903"  # 144 or 44
    assert code(ask("PO BOX 205| / HAVENPORT ME 04903", d)) == "04903020505"  # 2051 is no box here


def test_a_unit_that_ran_into_the_suffix_is_no_absent_unit() -> None:
    """TOWER RDBSMT is the basement or nothing, never the building's default with 99 of rule 7."""
    assert code(ask("11 TOWER RDBSMT" + LAST)) in ("", "04901", "04901501499")
    assert code(ask("11 TOWER RDREAR" + LAST)) in ("", "04901")


@pytest.mark.parametrize("unit", ["STE ST", "APT NE", "APT AVE"])
def test_a_word_of_the_street_is_no_unit_that_misses(unit: str) -> None:
    assert code(ask(f"11 TOWER RD {unit}" + LAST)) == "04901"


# --- a city without a ZIP Code ----------------------------------------------------------------------------------------


def test_a_zip_code_that_has_the_address_without_a_code_is_a_rival_too() -> None:
    d = small_directory()
    d.row("04902", "S", "|NODELIVERY|RD|", "1~99~B", "2010")
    d.row("04902", "S", "|TOWER|RD|", "41~41~B", "2011")
    d.row("04901", "F", "|TOWER|RD|", "41~41~B", "5040", firm="HARBOR MILLS INC")
    assert code(ask("5 NODELIVERY RD / HAVENPORT ME", d)) == ""
    assert code(ask("41 TOWER RD / HAVENPORT ME", d)) in ("", "04901")  # 04901 has it for a firm not named
    assert code(ask("12 BIRCHWOOD RD / HAVENPORT ME", d)) == "04902200312"


# --- the table --------------------------------------------------------------------------------------------------------


def _codes_said() -> set[str]:
    """Every constant first argument of `say` and `consider` in the matching package."""
    found: set[str] = set()
    for path in Path(mlocr.matching.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                at = {"say": 0, "consider": 1}.get(node.func.attr)
                if at is not None and isinstance(node.args[at], ast.Constant):
                    found.add(str(node.args[at].value))
    return found


def test_every_rule_of_the_trace_stands_in_the_table() -> None:
    assert _codes_said() - set(RULES) == set()
    assert all(rule.source and rule.code == code for code, rule in RULES.items())


def test_every_switch_is_a_setting() -> None:
    for rule in RULES.values():
        assert not rule.setting or isinstance(getattr(MatchSettings(), rule.setting), bool)


def test_rules_are_in_force_by_date_and_switch() -> None:
    rule = TieRule("x", OURS, date(2000, 1, 1), date(2005, 7, 31), "fuzzy")
    on, off = MatchSettings(), MatchSettings(fuzzy=False)
    assert [rule.in_force(on, day) for day in (date(1999, 12, 31), date(2000, 1, 1), date(2005, 7, 31))] == [
        False,
        True,
        True,
    ]
    assert not rule.in_force(on, date(2005, 8, 1))
    assert not rule.in_force(on, None)  # today: only rules without an end
    assert not rule.in_force(off, date(2003, 1, 1))
    assert TieRule("x", OURS).in_force(on, None)


# --- a letter that is a directional or a unit -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("street", "deep"),
    [
        ("11 TOWER RD S PMB 126", False),
        ("11 TOWER RD S", False),
        ("11 TOWER RD W", True),
        ("11 TOWER RD PMB 126", True),
    ],
)
def test_a_letter_behind_the_street_may_be_a_misread_unit(street: str, deep: bool) -> None:
    """The building at 11 TOWER RD has an apartment 5, which an S may be; it has no W."""
    assert (len(code(ask(f"{street} / HAVENPORT ME 04901"))) == 11) is deep
