"""A match in words: everything a person asks for stands there, within the width of a terminal."""

from dataclasses import replace

import pytest
from matching_cases import SMALL, ask

from mlocr.mail.match import LinkResult
from mlocr.services.explain import WIDTH, explain

LAST = " / HAVENPORT ME 04901"


def story(text: str) -> str:
    return explain(text.split(" / "), ask(text))


@pytest.mark.parametrize(
    "text",
    [
        "ACME WIDGETS / 11 Tower Road, Apt 5" + LAST,
        "33 OAK AVE" + LAST,
        "5 ZEBRA ST / HAVENPORT ME 04901-9999",
        "PO BOX 205 / 124 MAIN ST" + LAST,
        "RR 1 BOX 5 PMB 7" + LAST,
        "",
        "JOHN DOE / TORONTO ON M5V 2T6 / CANADA",
        "X" * 300 + LAST,
    ],
)
def test_every_story_fits_the_terminal(text: str) -> None:
    given = text.split(" / ")
    printed = [line for line in story(text).splitlines() if line.strip() not in given]
    assert printed
    assert max(map(len, printed)) <= WIDTH
    assert all(line == line.rstrip() for line in printed)


def test_the_story_of_a_unit_in_a_building() -> None:
    text = story("11 Tower Road, Apt 5 / HAVENPORT ME 04901-5010")
    for words in (
        "11 Tower Road, Apt 5",
        "04901501105",
        "5011",
        "highrise record (carrier route C001)",
        "CASS letter rule 1",
        "31  exact match",
        "footnote N",
        "unit number          5",
        "printed +4           5010",
        "1 last_line",
        "-> H 04901-5011  TOWER RD, 11, APT 1-10",
        "H 04901-5012  TOWER RD, 11, APT 1A-10A",
        "lost: its units do not hold the printed one (highrise_exact)",
        "S 04901-5000  TOWER RD, 1-99 odd",
        "lost: a record of another type comes first at this number (record_type)",
        "lost: its range does not hold the number (number_out_of_range)",
    ):
        assert words in text, words


def test_the_story_of_a_tie() -> None:
    text = story("33 OAK AVE" + LAST)
    assert "22  multiple responses" in text
    assert text.count("fits as well as the others") == 2
    assert "->" not in text


def test_the_story_of_the_tables() -> None:
    match = ask("124 MAIN ST" + LAST)
    assert "Confirming tables" not in explain(["124 MAIN ST"], match)
    links = LinkResult("S", ("AA", "CC"), "00", "A", ("cmra",))
    text = explain(["124 MAIN ST"], replace(match, links=links))
    for words in ("S  the number is confirmed, the unit is not", "CC", "00  not found", "the firm's suite", "cmra"):
        assert words in text, words


# --- the candidates themselves ---------------------------------------------------------------------------------------


def test_the_chosen_record_is_the_first_candidate() -> None:
    match = ask("11 TOWER RD APT 5" + LAST)
    first, *others = match.candidates
    assert first.chosen
    assert first.record is match.record
    assert first.rule == "highrise_exact"
    assert others
    assert not any(c.chosen for c in others)
    assert all(c.rule and c.said for c in match.candidates)


def test_every_record_stands_once_and_a_big_building_is_cut_short() -> None:
    for text in ("33 OAK AVE" + LAST, "11 TOWER RD" + LAST, "999 MAIN ST" + LAST, "12 BLUBERRY LN" + LAST):
        records = [c.record for c in ask(text).candidates]
        assert 0 < len(records) <= 12
        assert len(set(records)) == len(records)
        assert all(record in SMALL.rows for record in records)


def test_what_is_said_of_a_record_is_what_came_nearest_to_it() -> None:
    """Other readings of the line pass over the street record for its parts; at this number it lost to the building."""
    said = {c.record.addon_low: c.rule for c in ask("11 TOWER RD APT 5" + LAST).candidates}
    assert said["5000"] == "record_type"
    said = {c.record.addon_low: c.rule for c in ask("33 OAK AVE" + LAST).candidates}
    assert said["1102"] in ("part_differs", "multiple_responses")


def test_a_tentative_reading_of_no_street_names_no_other_street() -> None:
    """33N OAK AVE is no street here: the streets that 33 N OAK AVE may not be are not weighed under it."""
    said = {c.record.addon_low: c.rule for c in ask("33 N OAK AVE APT 8" + LAST).candidates}
    assert said == {"1101": "street_record"}


def test_of_a_chosen_street_two_records_that_do_not_hold_the_number_are_named() -> None:
    match = ask("124 MAIN ST" + LAST)
    assert match.candidates[0].chosen
    assert [c.rule for c in match.candidates].count("number_out_of_range") <= 2


def test_an_unmatched_address_has_candidates_and_none_is_chosen() -> None:
    match = ask("999 MAIN ST" + LAST)
    assert match.record is None
    assert {c.rule for c in match.candidates} == {"number_out_of_range"}
    assert not any(c.chosen for c in match.candidates)


def test_what_was_mended_in_the_last_line_is_named() -> None:
    text = story("12 CEDAR ST / HAVENPORT ME 049OI")
    assert "read as HAVENPORT ME 04901 [ours]" in " ".join(text.split())
    other = story("124 MAIN ST / HAVENPORT VT 04901")
    assert "the state printed is VT; city and ZIP Code are of ME [AMS footnote B]" in " ".join(other.split())
    assert "footnote B" in other and "they agree" in other


def test_a_source_is_said_once_and_the_range_before_the_parts() -> None:
    assert "(CASS letter rule 7)\n" in story("11 TOWER RD" + LAST) or "rule 7) [" not in story("11 TOWER RD" + LAST)
    assert "nor are its parts as printed (number_out_of_range)" in " ".join(story("999 MAIN" + LAST).split())
