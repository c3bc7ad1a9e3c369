"""A firm's line that could not be read leaves the building's own code in doubt."""

import pytest
from fake_directory import FakeDirectory
from matching_cases import ask_lines, code

from mlocr.mail.address import TextLine


def _directory() -> FakeDirectory:
    d = FakeDirectory()
    d.city("07850", "PENNWICK", "NJ")
    d.row("07850", "S", "N|EAGLE RIDGE|PT|", "1301~1399~O", "1005")
    d.row("07850", "F", "N|EAGLE RIDGE|PT|", "1317~1317~O", "1151", firm="BLUE RIVER DENTAL")
    return d


D = _directory()


def asked(name: str, confidence: float, number: str = "1317") -> str:
    lines = (
        TextLine(name, confidence),
        TextLine(f"{number} N EAGLE RIDGE PT", 0.95),
        TextLine("PENNWICK NJ 07850", 0.95),
    )
    return code(ask_lines(*lines, directory=D))


def test_a_name_that_was_read_decides() -> None:
    assert asked("BLUE RIVER DENTAL", 0.9) == "07850115117"
    assert asked("MRS WEI MOORE", 0.9) == "07850100517"


def test_one_that_was_not_and_may_be_the_firms_leaves_a_doubt() -> None:
    assert asked("RIIIF RTUFR NFNTAI", 0.2) == "07850"


@pytest.mark.parametrize("name", ["MRS WFI MOORE", "J DAVIS", "RIIIF RTUFRNFNTAI"])
def test_one_of_other_lengths_does_not(name: str) -> None:
    assert asked(name, 0.2) == "07850100517"


def test_nor_at_a_number_without_a_firm() -> None:
    assert asked("RIIIF RTUFR NFNTAI", 0.2, "1319") == "07850100519"
