"""Scores of Stage I answers: hand-made records, areas and verdicts."""

from datetime import date

import pytest

from mlocr.certification.pass_marks import pass_marks
from mlocr.certification.scoring import AreaResult, StageScore, Verdict, score_record
from mlocr.certification.stage1_answer import answer_values, answered, city_and_state
from mlocr.certification.stage1_layout import BLANK
from mlocr.mail.address import RecordType
from mlocr.mail.code import RoutingCode
from mlocr.mail.match import LinkResult, Match

TRUTH = {
    "zip5": "04901",
    "plus4": "1234",
    "delivery_point": "24",
    "check_digit": "0",
    "carrier_route": "C001",
    "city": "HAVENPORT",
    "state": "ME",
    "primary_line": "124 MAIN ST",
    "record_type": "S",
    "category": "k1",
}
RECORD = BLANK.with_values(TRUTH)
GIVEN = {name: value for name, value in TRUTH.items() if name != "category"}


def test_a_right_answer_is_right_in_every_area():
    score = score_record(RECORD, GIVEN)
    assert score.verdict is Verdict.RIGHT
    assert set(score.areas.values()) == {AreaResult.RIGHT}
    assert "dpv" not in score.areas  # the record carries no DPV answer


@pytest.mark.parametrize(
    ("change", "verdict", "areas"),
    [
        ({"zip5": "04902"}, Verdict.WRONG, {"zip5": "wrong", "zip4": "wrong"}),
        ({"plus4": "1235"}, Verdict.WRONG, {"zip5": "right", "zip4": "wrong"}),
        ({"delivery_point": "25"}, Verdict.WRONG, {"zip4": "right", "delivery_point": "wrong"}),
        ({"check_digit": "1"}, Verdict.RIGHT, {"check_digit": "wrong"}),
        ({"delivery_point": "", "check_digit": ""}, Verdict.COARSER, {"zip4": "right", "delivery_point": "missing"}),
        ({"plus4": "", "delivery_point": ""}, Verdict.COARSER, {"zip5": "right", "zip4": "missing"}),
        ({"zip5": "", "plus4": "", "delivery_point": ""}, Verdict.MISSING, {"zip5": "missing", "zip4": "missing"}),
        ({"carrier_route": "C002"}, Verdict.RIGHT, {"carrier_route": "wrong"}),
        ({"city": "HAVENPORT STATION"}, Verdict.RIGHT, {"city_state": "wrong"}),
    ],
)
def test_one_difference(change, verdict, areas):
    score = score_record(RECORD, GIVEN | change)
    assert score.verdict is verdict
    assert {area: score.areas[area].value for area in areas} == areas


def test_the_delivery_point_counts_only_where_the_zip4_is_right():
    score = score_record(RECORD, GIVEN | {"plus4": "9999", "delivery_point": "99"})
    assert "delivery_point" not in score.areas
    assert "check_digit" not in score.areas


def test_dpv_counts_where_the_zip4_is_right_and_where_none_is_due():
    asked = RECORD.with_values({"dpv": "Y"})
    assert score_record(asked, GIVEN).areas["dpv"] is AreaResult.MISSING
    assert score_record(asked, GIVEN | {"dpv": "S"}).areas["dpv"] is AreaResult.WRONG
    assert "dpv" not in score_record(asked, GIVEN | {"plus4": "", "delivery_point": ""}).areas
    gated = BLANK.with_values({"zip5": "04901", "dpv": "N"})
    assert score_record(gated, {"zip5": "04901", "dpv": "N"}).areas["dpv"] is AreaResult.RIGHT


def test_an_allowed_alternate_is_not_wrong():
    record = RECORD.with_values({"zip5_alternate": "Y", "carrier_route_alternate": "Y", "city_alternate": "Y"})
    score = score_record(record, GIVEN | {"zip5": "04902", "plus4": "5678", "carrier_route": "C009", "city": "HVNPRT"})
    assert score.verdict is Verdict.RIGHT
    assert score.areas["zip5"] is AreaResult.ALTERNATE
    assert score.areas["zip4"] is AreaResult.ALTERNATE
    assert score.areas["carrier_route"] is AreaResult.ALTERNATE
    assert score.areas["city_state"] is AreaResult.ALTERNATE
    assert score_record(record, GIVEN | {"plus4": "9999"}).verdict is Verdict.WRONG  # the same ZIP: no alternate


def test_a_finer_answer_than_the_truth_is_wrong():
    five = BLANK.with_values({"zip5": "04901"})
    assert score_record(five, GIVEN).verdict is Verdict.WRONG
    assert "zip4" in score_record(five, GIVEN).unasked
    assert score_record(five, {"zip5": "04901"}).verdict is Verdict.RIGHT
    assert score_record(five, {}).verdict is Verdict.RIGHT  # where the truth says 5, a reject is right too
    assert score_record(BLANK, {"zip5": "04901"}).verdict is Verdict.WRONG
    assert score_record(BLANK, {}).verdict is Verdict.RIGHT


def many(right: int, wrong: int) -> StageScore:
    score = StageScore()
    for _ in range(right):
        score.add("k1", score_record(RECORD, GIVEN))
    for _ in range(wrong):
        score.add("s1", score_record(RECORD, GIVEN | {"plus4": "9999"}))
    return score


@pytest.mark.parametrize(
    ("on", "right", "wrong", "passed"),
    [
        (date(2026, 11, 20), 197, 3, True),  # 98.5 % exactly
        (date(2026, 11, 20), 196, 4, False),
        (date(2007, 1, 1), 196, 4, True),  # 98 % then
        (date(2007, 1, 1), 195, 5, False),
    ],
)
def test_pass_marks_are_dated(on, right, wrong, passed):
    score = many(right, wrong)
    marks = {mark.area: mark for mark in score.marks(pass_marks(on))}
    assert marks["zip4"].passed is passed
    assert score.passed(pass_marks(on)) is passed
    assert marks["delivery_line"].passed is None  # no mark is published


def test_one_wrong_delivery_point_fails():
    score = many(999, 0)
    score.add("k1", score_record(RECORD, GIVEN | {"delivery_point": "25"}))
    assert not score.passed(pass_marks(date(2026, 11, 20)))


def test_categories_are_counted_apart():
    score = many(3, 1)
    assert score.total.records == 4
    assert score.categories["k1"].verdict(Verdict.RIGHT) == 3
    assert score.categories["s1"].verdict(Verdict.WRONG) == 1
    assert score.carries_answers
    nothing = StageScore()
    nothing.add("", score_record(BLANK, GIVEN))
    assert not nothing.carries_answers


def test_a_match_in_the_record_s_fields():
    match = Match(
        routing=RoutingCode("04901", "1234", "24"),
        reason=None,
        record_type=RecordType.STREET,
        carrier_route="C001",
        delivery_line="124 MAIN ST",
        last_line="FORT KENT MILLS ME 04901-1234",
        links=LinkResult(dpv="Y", dpv_footnotes=("AA", "BB"), lacslink="A", flags=("cmra",)),
    )
    values = answer_values(match)
    assert values == GIVEN | {
        "city": "FORT KENT MILLS",
        "check_digit": RoutingCode("04901", "1234", "24").check_digit,
        "dpv": "Y",
        "dpv_footnotes": "AABB",
        "dpv_cmra": "Y",
        "lacslink_code": "A",
        "lacslink_indicator": "Y",
    }
    out = answered(RECORD.with_values({"elot_sequence": "0012"}), values)
    assert out.value("city") == "FORT KENT MILLS"
    assert out.value("elot_sequence") == "0012"


def test_no_answer_of_the_test_giver_is_left_standing():
    out = answered(RECORD, answer_values(Match(None, None)))
    assert out.value("zip5") == out.value("plus4") == out.value("city") == ""
    assert out.value("category") == "k1"


@pytest.mark.parametrize(
    ("line", "city", "state"),
    [("HAVENPORT ME 04901", "HAVENPORT", "ME"), ("04901", "", ""), ("HAVENPORT ME", "HAVENPORT", "ME"), ("", "", "")],
)
def test_last_lines(line, city, state):
    assert city_and_state(line) == {"city": city, "state": state}
