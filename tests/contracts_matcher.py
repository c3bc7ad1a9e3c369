"""One behaviour suite for the AddressMatcher port: every matcher passes it.

A test module subclasses `MatcherContract` and gives `matcher`, a fixture of an opened one over the small directory (the
built-in one itself, or an engine that answers as it does).
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_directory import small_directory

from mlocr.mail.address import AddressBlock, RecordType, TextLine
from mlocr.mail.match import LinkResult, Match
from mlocr.mail.reasons import RejectReason
from mlocr.matching.match import Matcher
from mlocr.ports import AddressMatcher, MatchEngine

STREET = ("124 MAIN ST", "HAVENPORT ME 04901")
HIGHRISE = ("11 TOWER RD APT 5", "HAVENPORT ME 04901")
BOX = ("PO BOX 205", "HAVENPORT ME 04903")
COARSE = ("11 TOWER RD APT 99", "HAVENPORT ME 04901")
UNKNOWN = ("5 NOWHERE LN", "ATLANTIS ME 98765")

ODD = {
    "no line": (),
    "an empty line": ("",),
    "only spaces": ("   ", "\t"),
    "control characters": ("124\x00MAIN\x1b[2J ST", "HAVENPORT ME 04901\x07"),
    "line ends in a line": ("124 MAIN ST\n{}\r\n", "HAVENPORT\u2028ME 04901"),
    "half of a surrogate pair": ("124 M\ud800AIN ST", "\udfff"),
    "json in a line": ('{"id": 1, "lines": []}', '"', "\\u0000", "]}"),
    "not ascii": ("12 CALLE PEÑA ½ 🏠", "ADJUNTAS PR 00601"),
    "a long line": ("7" * 5000, "HAVENPORT ME 04901"),
    "many lines": ("124 MAIN ST",) * 60,
}


def block(*lines: str) -> AddressBlock:
    return AddressBlock(tuple(TextLine(line) for line in lines))


def told(match: Match) -> Match:
    """What an answer can tell: no records, which only the built-in matcher has in its hand."""
    return replace(match, record=None, candidates=(), parsed=None, links=LinkResult(dpv=match.links.dpv))


class MatcherContract:
    """What every matcher does."""

    @pytest.fixture
    def builtin(self) -> Matcher:
        return Matcher(small_directory())

    @pytest.mark.parametrize("lines", [STREET, HIGHRISE, BOX, COARSE, UNKNOWN])
    def test_the_whole_answer_comes_through(
        self, matcher: AddressMatcher, builtin: Matcher, lines: tuple[str, ...]
    ) -> None:
        assert told(matcher.match(block(*lines))) == told(builtin.match(block(*lines)))

    def test_a_street_gets_all_eleven_digits_and_what_stands_beside_them(self, matcher: AddressMatcher) -> None:
        match = matcher.match(block(*STREET))
        assert match.routing is not None
        assert match.routing.digits == "04901100124"
        assert match.reason is None
        assert match.record_type is RecordType.STREET
        assert (match.carrier_route, match.delivery_line) == ("C001", "124 MAIN ST")

    def test_what_is_not_there_is_a_reject_with_its_reason(self, matcher: AddressMatcher) -> None:
        match = matcher.match(block(*UNKNOWN))
        assert match.routing is None
        assert match.reason is RejectReason.UNKNOWN_CITY_OR_ZIP

    @pytest.mark.parametrize("lines", ODD.values(), ids=ODD.keys())
    def test_no_text_makes_it_raise_or_fail(
        self, matcher: AddressMatcher, builtin: Matcher, lines: tuple[str, ...]
    ) -> None:
        match = matcher.match(block(*lines))
        assert match.reason is not RejectReason.MATCHER_FAILED
        wanted = builtin.match(block(*lines))
        assert (match.routing, match.reason) == (wanted.routing, wanted.reason)
        assert matcher.match(block(*STREET)).routing is not None

    def test_the_same_question_has_the_same_answer_and_no_other_one_s(self, matcher: AddressMatcher) -> None:
        asked = [STREET, UNKNOWN, BOX, HIGHRISE] * 3
        answers = [matcher.match(block(*lines)) for lines in asked]
        assert answers[:4] * 3 == answers
        digits = [match.routing.digits if match.routing else None for match in answers[:4]]
        assert digits == ["04901100124", None, "04903020505", "04901501105"]

    def test_confidences_and_other_readings_count(self, matcher: AddressMatcher, builtin: Matcher) -> None:
        last = TextLine("HAVENPORT ME 04901")
        doubtful = AddressBlock((TextLine("124 MAIN ST", 0.3), last))
        torn = AddressBlock((TextLine("33 N OAK AVE", 0.7, alternatives=("33 S OAK AVE",)), last))
        for each in (doubtful, torn):
            assert told(matcher.match(each)) == told(builtin.match(each))
        assert matcher.match(doubtful).routing != matcher.match(block(*STREET)).routing
        assert matcher.match(torn).routing != matcher.match(block("33 N OAK AVE", last.text)).routing

    def test_a_confidence_that_is_none_is_no_certainty(self, matcher: AddressMatcher) -> None:
        for odd in (float("nan"), float("-inf"), -3.0):
            lines = (TextLine("124 MAIN ST", odd), TextLine("HAVENPORT ME 04901"))
            routing = matcher.match(AddressBlock(lines)).routing
            assert routing is None or not routing.plus4

    def test_it_closes_twice_and_opens_again(self, matcher: AddressMatcher) -> None:
        if not isinstance(matcher, MatchEngine):
            return
        matcher.close()
        matcher.close()
        matcher.open()
        assert matcher.match(block(*STREET)).routing is not None
