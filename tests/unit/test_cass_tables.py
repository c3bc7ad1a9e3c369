"""Made addresses under confirming tables: the DPV gate, and what a table would put in another's place."""

import random
from dataclasses import dataclass, replace
from pathlib import Path

from fake_directory import FakeDirectory

from mlocr.certification.damage.written import WrittenAddress
from mlocr.certification.witness.judge import Judge, Truth
from mlocr.certification.witness.office import Offices, Place
from mlocr.mail.address import ConvertedAddress
from mlocr.ports import ConfirmingTables
from mlocr.services.cass_links import LinkCases
from mlocr.services.cass_tables import settled
from mlocr.services.cass_targets import Targets


@dataclass(frozen=True)
class Points:
    primaries: frozenset[str] = frozenset()
    secondaries: frozenset[str] = frozenset()
    marks: tuple[str, ...] = ()

    def primary_confirmed(self, zip5: str, plus4: str, primary: str) -> bool:
        return primary in self.primaries

    def secondary_confirmed(self, zip5: str, plus4: str, primary: str, secondary: str) -> bool:
        return secondary in self.secondaries

    def flags(self, zip5: str, plus4: str, primary: str, secondary: str) -> tuple[str, ...]:
        return self.marks


@dataclass(frozen=True)
class Converted:
    code: str

    def convert(self, zip5: str, primary: str, street: str, secondary: str) -> ConvertedAddress:
        return ConvertedAddress(self.code)


@dataclass(frozen=True)
class Suites:
    def suite(self, zip5: str, plus4: str, primary: str, firm: str) -> tuple[str, str] | None:
        return ("STE", "5") if firm == "ACME TOOL" else None


def offices() -> Offices:
    d = FakeDirectory()
    d.city("04158", "HAVENPORT", "ME")
    d.row("04158", "S", "|WILLOW|ST|", "100~198~E", "1001")
    d.row("04158", "H", "|TOWER|DR|", "500~500~E", "2000")
    d.row("04158", "H", "|TOWER|DR|", "500~500~E", "2001", unit="APT:1~9")
    d.row("04158", "R", "RR 1", "1~50~B", "3000")
    return Offices(d)


WILLOW = WrittenAddress(number="120", street="WILLOW", suffix="ST", city="HAVENPORT", state="ME", zip5="04158")
TOWER = replace(WILLOW, number="500", street="TOWER", suffix="DR")


def truth(written: WrittenAddress) -> Truth:
    found = Judge(offices()).truth(written, Place("04158", "", written.street, written.suffix, ""))
    assert found is not None
    return found


def after(written: WrittenAddress, tables: ConfirmingTables) -> tuple[str, dict[str, str]] | None:
    found = settled(truth(written), written, tables, offices())
    return None if found is None else (found.truth.digits, dict(found.fields))


def test_without_tables_nothing_changes():
    assert after(WILLOW, ConfirmingTables()) == ("04158100120", {})


def test_the_gate():
    there = ConfirmingTables(dpv=Points(frozenset({"120", "500"}), frozenset({"7"})))
    assert after(WILLOW, there) == ("04158100120", {"dpv": "Y"})
    assert after(replace(WILLOW, number="122"), there) == ("04158", {"dpv": "N"})
    assert after(TOWER, there) == ("04158200099", {"dpv": "D"})
    assert after(replace(TOWER, designator="APT", unit="7"), there) == ("04158200107", {"dpv": "Y"})
    assert after(replace(TOWER, designator="APT", unit="8"), there) == ("04158200108", {"dpv": "S"})
    expected = ConfirmingTables(dpv=Points(frozenset({"120"}), marks=("secondary_expected",)))
    assert after(WILLOW, expected) == ("04158100120", {"dpv": "D"})


def test_a_firm_with_a_suite_is_not_asked():
    assert after(replace(TOWER, firm="ACME TOOL"), ConfirmingTables(suitelink=Suites())) is None
    assert after(replace(TOWER, firm="OTHER FIRM"), ConfirmingTables(suitelink=Suites())) == ("04158200099", {})


def test_a_converted_address_is_not_asked():
    d = FakeDirectory()
    d.city("04158", "HAVENPORT", "ME")
    row = d.row("04158", "S", "|WILLOW|ST|", "100~198~E", "1001")
    d.rows[0] = replace(row, lacs_status="L") if not hasattr(row, "_replace") else row._replace(lacs_status="L")
    there = Offices(d)
    found = Judge(there).truth(WILLOW, Place("04158", "", "WILLOW", "ST", ""))
    assert found is not None
    assert settled(found, WILLOW, ConfirmingTables(lacslink=Converted("A")), there) is None
    kept = settled(found, WILLOW, ConfirmingTables(lacslink=Converted("00")), there)
    assert kept is not None
    assert kept.fields == {"lacslink_code": "00"}


def test_cases_of_the_raw_tables(tmp_path: Path):
    """An old address with the new one's code, a firm at the default with its suite's: both asked as they were."""
    (tmp_path / "lacslink.txt").write_text("H|LACSLink|1|2026-11\nA|04158|7|RR 1||120 WILLOW ST|04158\n")
    (tmp_path / "suitelink.txt").write_text("H|SuiteLink|1|2026-11\nA|04158|2000|500|ACME TOOL|APT|4\n")
    tables = ConfirmingTables(lacslink=Converted("00"), suitelink=Suites())
    rng = random.Random(1)
    cases = LinkCases(tmp_path, offices(), Targets(offices(), rng), tables, rng)
    assert cases.codes == ("23", "kS")
    old, firm = cases.draw("23"), cases.draw("kS")
    assert old is not None and firm is not None
    assert old.asked.delivery_lines == ("RR 1 BOX 7",)
    assert (old.truth.digits[:9], old.truth.digits[9:], old.fields["lacslink_code"]) == ("041581001", "20", "A")
    assert firm.asked.lines[:2] == ("ACME TOOL", "500 TOWER DR")
    assert (firm.truth.digits[:9], firm.fields["suitelink_code"]) == ("041582001", "A")
    assert LinkCases(tmp_path / "none", offices(), Targets(offices(), rng), tables, rng).codes == ()
