"""A synthetic national directory of any size, as product files: the same seed gives the same bytes.

    python -m benchmarks.national --records 1000000 --out /tmp/n
    mlocr directory build --zip4 /tmp/n/zip4.txt --city-state /tmp/n/ctystate.txt --out /tmp/n/built

Only layouts, conventions and the pairs of state and ZIP Code prefix are real; offices, streets and add-ons are
invented. Files are written ZIP Code by ZIP Code, so memory does not grow with their size. The number of records is met
to some parts in a thousand (whole ZIP Codes are written); what was written is said at the end.
"""

from __future__ import annotations

import argparse
import datetime
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from benchmarks.national_places import ZipPlan, details, zip_plans
from benchmarks.national_records import ZipLines, zip_lines
from mlocr.decks.names import STREETS
from mlocr.directory.early_warnings import format_early_warning, format_early_warning_header
from mlocr.directory.layout import format_city_state, format_city_state_header, format_zip4_header
from mlocr.directory.records import SchemeZip, SeasonalZip
from mlocr.mail.address import EarlyWarning

RECORDS_A_ZIP = 1100
"""Mean number of ZIP+4 records of a ZIP Code (the genuine product: some 45 million over 41,000)."""


@dataclass(slots=True)
class Written:
    """What was written: ZIP Codes, City State records, and ZIP+4 records by type."""

    zips: int = 0
    city_state: int = 0
    zip4: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.zip4.items()))
        return (
            f"{self.zips} ZIP Codes, {self.zip4.total()} ZIP+4 records ({kinds}), {self.city_state} City State records"
        )


def write_national(out: Path, records: int, seed: int, edition: tuple[int, int]) -> Written:
    """Write zip4.txt and ctystate.txt of about this many ZIP+4 records into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    written = Written()
    with (out / "zip4.txt").open("w", newline="") as zip4, (out / "ctystate.txt").open("w", newline="") as city_state:
        zip4.write(format_zip4_header(*edition) + "\n")
        city_state.write(format_city_state_header(*edition) + "\n")
        zips = max(1, round(records / RECORDS_A_ZIP))
        for plan in zip_plans(seed, zips):
            # What small ZIP Codes lack the following ones make up for, so that the whole has its size.
            mean = (records - written.zip4.total()) / max(1, zips - written.zips)
            _write_zip(plan, zip_lines(seed, plan, mean), zip4, city_state, written)
    return written


def _write_zip(plan: ZipPlan, made: ZipLines, zip4: TextIO, city_state: TextIO, written: Written) -> None:
    zip4.write("\n".join(made.lines) + "\n")
    written.zips += 1
    written.zip4.update(line[17] for line in made.lines)
    rows = [format_city_state(row) for row in (*details(plan), *made.aliases)]
    chance = random.Random(plan.zip5).random()
    if chance < 0.01:
        rows.append(format_city_state(SeasonalZip(plan.zip5, "NNNNNYYYNNNN")))
    if plan.office.big and plan.at:
        rows.append(format_city_state(SchemeZip(plan.zip5[:3] + "01", plan.zip5)))
    city_state.write("\n".join(rows) + "\n")
    written.city_state += len(rows)


def write_early_warnings(out: Path, records: int, seed: int, date: datetime.date) -> int:
    """Write ews.txt: one new street in every twentieth ZIP Code of a directory of this size; answers how many."""
    count = 0
    with (out / "ews.txt").open("w", newline="") as file:
        file.write(format_early_warning_header(date) + "\n")
        for plan in zip_plans(seed, max(1, round(records / RECORDS_A_ZIP))):
            rng = random.Random(f"{seed} warning {plan.zip5}")
            if plan.use == "street" and rng.random() < 0.05:
                name = f"NEW {rng.choice(STREETS)[0]}"
                warning = EarlyWarning(plan.zip5, "", name, rng.choice(("ST", "AVE", "CT")), "")
                file.write(format_early_warning(warning) + "\n")
                count += 1
    return count


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000, help="about how many ZIP+4 records")
    parser.add_argument("--out", type=Path, required=True, help="the folder of zip4.txt and ctystate.txt")
    parser.add_argument("--seed", type=int, default=1)
    today = datetime.date.today()
    parser.add_argument("--edition", default=f"{today:%Y-%m}", help="product year and month, this month's by default")
    parser.add_argument("--ews", action="store_true", help="early warnings (ews.txt) too")
    given = parser.parse_args()
    year, _, month = given.edition.partition("-")
    print(write_national(given.out, given.records, given.seed, (int(year), int(month))))
    if given.ews:
        date = datetime.date(int(year), int(month), 2)
        print(write_early_warnings(given.out, given.records, given.seed, date), "early warnings")


if __name__ == "__main__":
    main()
