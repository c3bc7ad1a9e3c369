"""Lines read badly, read again by the words that the directory has; never by its numbers."""

from collections.abc import Sequence

import pytest
from fake_directory import FakeDirectory
from matching_cases import ask_lines, code
from rapidfuzz.distance import OSA

from mlocr.mail.address import AddressBlock, TextLine
from mlocr.matching.match import Matcher, MatchSettings

ZIP = "04901"
LAST = TextLine("HAVENPORT ME 04901")


def _directory() -> FakeDirectory:
    d = FakeDirectory()
    d.city(ZIP, "HAVENPORT", "ME")
    d.row(ZIP, "S", "|MONROE|AVE|", "1200~1298~E", "1001")
    d.row(ZIP, "S", "|MONROE|AVE|", "1201~1299~O", "1002")
    d.row(ZIP, "S", "N|KINGS|HWY|", "300~399~B", "1003")
    d.row(ZIP, "S", "S|KINGS|HWY|", "300~399~B", "1004")
    d.row(ZIP, "S", "|HILL|ST|", "1~99~B", "1005")
    d.row(ZIP, "S", "|HAMMOND|ST|", "1~99~B", "1006")
    d.row(ZIP, "P", "PO BOX", "1~99~B", "3001-3099")
    d.row(ZIP, "R", "HC 3", "1~99~B", "4001")
    return d


D = _directory()


class Image:
    """A scorer for print that says `truth`, with some characters worn: those of `alike` look like one another.

    A worn character costs little to be read as its like, any other character much.
    """

    def __init__(self, truth: str, alike: Sequence[str] = (), price: float = 0.5) -> None:
        self._truth = truth
        self._pairs = {(a, b) for pair in alike for a in pair for b in pair}
        self._price = price

    def score(self, strings: Sequence[str]) -> Sequence[float]:
        return [-self._cost(text) for text in strings]

    def _cost(self, text: str) -> float:
        if len(text) != len(self._truth):
            return 12.0 * OSA.distance(text, self._truth)
        pairs = [(a, b) for a, b in zip(self._truth, text, strict=True) if a != b]
        return sum(self._price if pair in self._pairs else 12.0 for pair in pairs)


def asked(read: str, image: Image, confidence: float = 0.3, alternatives: Sequence[str] = ()) -> str:
    return code(ask_lines(TextLine(read, confidence, None, tuple(alternatives), image), LAST, directory=D))


def test_worn_letters_are_read_as_the_street_that_is_there() -> None:
    image = Image("1241 MONROE AVE", ("OU", "RK", "AH"))
    assert asked("1241 MUNKUE HVE", image) == "04901100241"


def test_without_a_scorer_nothing_is_read_anew() -> None:
    assert len(code(ask_lines(TextLine("1241 MUNKUE HVE", 0.3), LAST, directory=D))) < 9


def test_the_setting_turns_it_off() -> None:
    line = TextLine("1241 MUNKUE HVE", 0.3, None, (), Image("1241 MONROE AVE", ("OU", "RK", "AH")))
    matcher = Matcher(D, MatchSettings(directed=False))
    assert len(code(matcher.match(AddressBlock((line, LAST))))) < 9


@pytest.mark.parametrize(("read", "truth"), [("PU BUX 45", "PO BOX 45"), ("HO 3 DOX 45", "HC 3 BOX 45")])
def test_boxes_and_routes_too(read: str, truth: str) -> None:
    assert asked(read, Image(truth, ("OU", "BD", "OC"))).startswith(ZIP + ("3045" if "PO" in truth else "4001"))


def test_a_digit_that_two_numbers_explain_is_no_code() -> None:
    """1241 and 1247 are in one record: even what both share is doubtful, for a third may be there."""
    image = Image("1241 MONROE AVE", ("OU", "RK", "AH", "17"))
    assert len(asked("1241 MUNKUE HVE", image)) < 9


def test_numbers_come_from_the_image_and_not_from_the_directory() -> None:
    """The line reads 1900, which is in no range; the directory has 1200."""
    image = Image("1900 MONROE AVE", ("OU", "RK", "AH"))
    assert len(asked("1900 MUNKUE HVE", image, alternatives=["1200 MUNKUE HVE"])) < 9


def test_where_the_text_has_other_numbers_than_its_scorer_prefers_there_is_no_code() -> None:
    """Two recognisers differ on a digit: the surer one gave the text, both together prefer the other's."""
    image = Image("1241 MONROE AVE", ("OU", "RK", "AH"))
    assert len(asked("1247 MUNKUE HVE", image, alternatives=["1241 MUNKUE HVE"])) < 9


def test_another_street_that_the_image_bears_as_well_is_no_code() -> None:
    image = Image("350 N KINGS HWY", ("NS", "GC"))
    assert len(asked("350 H KINCS HWY", image)) < 9


def test_a_direction_that_the_image_tells_is_taken() -> None:
    image = Image("350 N KINGS HWY", ("NH", "GC"), 4.0)
    assert asked("350 H KINCS HWY", image) == "04901100350"


@pytest.mark.parametrize("printed", ["HULL", "HALL", "MILL", "HIFF"])
def test_a_short_name_of_no_street_there_is_not_read_into_the_one_that_is(printed: str) -> None:
    """The image says HULL, weakly: HILL is the only street like it, and is not meant."""
    read = printed.replace("L", "I", 1)
    image = Image(f"12 {printed} ST", ("UI", "AI", "MH", "FL", "LI"))
    assert len(asked(f"12 {read} ST", image)) < 9


@pytest.mark.parametrize(("price", "taken"), [(0.0, False), (1.5, False), (4.0, True)])
def test_a_short_name_read_as_another_must_surely_be_the_one_that_is_there(price: float, taken: bool) -> None:
    """The text says RING, KING is a street, and the image prefers KING not at all, a little, or clearly."""
    d = _directory()
    d.row(ZIP, "S", "|KING|ST|", "1~99~B", "1007")
    image = Image("12 KING ST", ("RK", "SU"), price)
    line = TextLine("12 RING UT", 0.3, None, ("12 KING UT",), image)
    assert (len(code(ask_lines(line, LAST, directory=d))) == 11) == taken


def test_a_sure_line_is_left_alone() -> None:
    image = Image("1241 MONROE AVE", ("OU", "RK", "AH"))
    assert len(asked("1241 MUNKUE HVE", image, confidence=0.95)) < 9


def test_a_worn_city_is_read_by_its_zip_code() -> None:
    image = Image("HAVENPORT ME 04901", ("AH", "OU", "VY"))
    last = TextLine("HHYENPURT ME 04901", 0.3, None, (), image)
    street = TextLine("12 HAMMOND ST", 0.8, None, (), Image("12 HAMMOND ST"))
    assert code(ask_lines(street, last, directory=D)) == "04901100612"


def test_a_zip_code_that_the_image_leaves_open_is_no_code() -> None:
    d = _directory()
    d.city("04907", "HAVENPORT", "ME")
    d.row("04907", "S", "|HAMMOND|ST|", "1~99~B", "2006")
    image = Image("HAVENPORT ME 04901", ("AH", "OU", "VY", "17"))
    last = TextLine("HHYENPURT ME 04901", 0.3, None, ("HHYENPURT ME 04907",), image)
    street = TextLine("12 HAMMOND ST", 0.8, None, (), Image("12 HAMMOND ST"))
    assert len(code(ask_lines(street, last, directory=d))) < 9


@pytest.mark.parametrize("read", ["1241 MUNKUE HVE", "1241 MUNKUE AVE", "1245 MUNRUE HVE"])
def test_letters_that_all_lack_their_tops_are_those_of_the_street_that_is_there(read: str) -> None:
    """A dead upper pin: the image says just what was read."""
    assert asked(read, Image(read)) == f"049011002{read[2:4]}"


@pytest.mark.parametrize("read", ["1241 MUNRUE XVE", "1241 MONKUE AVE", "12 HHMMUND ST"])
def test_one_or_two_letters_without_tops_are_no_proof(read: str) -> None:
    assert len(asked(read, Image(read))) < 9


def test_numbers_without_tops_are_no_numbers() -> None:
    assert len(asked("12U1 MUNKUE HVE", Image("12U1 MUNKUE HVE"))) < 9


def test_a_digit_that_is_in_doubt_stays_so_where_letters_lack_their_tops() -> None:
    assert len(asked("1241 MUNKUE HVE", Image("1241 MUNKUE HVE", ("17",)))) < 9
