"""Clean addresses drawn from product files, each with the code it must get, as JSON lines that `mlocr match` reads.

    python -m benchmarks.national_samples --zip4 /tmp/national/zip4.txt --city-state /tmp/national/ctystate.txt \
        --count 20000 --out /tmp/national/clean.jsonl

Every address has exactly one answer: its number lies in no other record of the same street, and a street's number is no
building's. The same seed draws the same addresses. One pass over the file; memory holds one ZIP Code and the samples.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from mlocr.decks.names import FIRST_NAMES, LAST_NAMES
from mlocr.directory.files import read_city_state, read_zip4
from mlocr.mail.address import CityStateDetail, DirectoryRecord, RecordType
from mlocr.mail.code import correction_digit
from mlocr.matching.delivery_point import DeliveryPointRequest, delivery_point

Expected = dict[str, object]


def samples(zip4: Path, city_state: Path, count: int, seed: int) -> Iterator[Expected]:
    """About `count` samples in the file's order, spread evenly over its records."""
    cities = _cities(city_state)
    size = max(1, (zip4.stat().st_size // 182) - 1)
    rng = random.Random(f"samples {seed}")
    at = 0
    with zip4.open("rb") as stream:
        for zip5, group in groupby(read_zip4(stream, zip4.name), key=lambda record: record.zip5):
            rows = list(group)
            wanted = len(rows) * count / size
            number = int(wanted) + (rng.random() < wanted % 1)
            city = cities[zip5]
            for question in _of_zip(rng, rows, number):
                record, delivery_line, above, primary, secondary = question
                lines = [_name(rng), *above, delivery_line, f"{city.name} {city.state} {zip5}"]
                at += 1
                yield {"id": f"s{at:07d}", "lines": lines, "expect": _expect(record, primary, secondary)}


def _cities(path: Path) -> dict[str, CityStateDetail]:
    found: dict[str, CityStateDetail] = {}
    with path.open("rb") as stream:
        for row in read_city_state(stream, path.name):
            if isinstance(row, CityStateDetail) and row.name == row.preferred_name:
                found.setdefault(row.zip5, row)
    return found


Question = tuple[DirectoryRecord, str, list[str], str, str]


def _of_zip(rng: random.Random, rows: list[DirectoryRecord], number: int) -> Iterator[Question]:
    """Up to `number` questions of one ZIP Code; fewer where few records are fit."""
    buildings = {
        (_street(r), r.primary_low.lstrip("0")) for r in rows if r.record_type in (RecordType.FIRM, RecordType.HIGHRISE)
    }
    shared = Counter((r.street_name, r.suffix, r.predirectional, r.postdirectional, r.primary_low) for r in rows
                     if r.record_type is RecordType.STREET)  # fmt: skip
    by_type: dict[RecordType, list[DirectoryRecord]] = defaultdict(list)
    for row in rows:
        if row.addon_low.isdigit() and not (row.urbanization_key or "ND" in row.addon_high):
            by_type[row.record_type].append(row)
    drawn: set[str] = set()
    for _ in range(20 * number):
        if len(drawn) == number:
            return
        record = rng.choice(rng.choice([rows for kind, rows in by_type.items() for _ in range(_WEIGHTS[kind])]))
        if record.record_type is RecordType.STREET and shared[(*_street_key(record), record.primary_low)] > 1:
            continue
        question = _question(rng, record, buildings)
        if question is not None and question[1] not in drawn:
            drawn.add(question[1])
            yield question


_WEIGHTS = {
    RecordType.STREET: 76, RecordType.HIGHRISE: 12, RecordType.PO_BOX: 6, RecordType.RURAL_HIGHWAY: 3,
    RecordType.FIRM: 2, RecordType.GENERAL_DELIVERY: 1,
}  # fmt: skip


def _street_key(record: DirectoryRecord) -> tuple[str, str, str, str]:
    return record.street_name, record.suffix, record.predirectional, record.postdirectional


def _street(record: DirectoryRecord) -> str:
    return " ".join(filter(None, (record.predirectional, record.street_name, record.suffix, record.postdirectional)))


def _question(rng: random.Random, record: DirectoryRecord, buildings: Iterable[tuple[str, str]]) -> Question | None:
    """One address of this record: (record, delivery line, lines above, primary, secondary); None when none is clean."""
    kind, street = record.record_type, _street(record)
    if not record.primary_low:
        return (record, street, [], "", "") if kind in (RecordType.RURAL_HIGHWAY, RecordType.GENERAL_DELIVERY) else None
    number = _number(rng, record.primary_low, record.primary_high, record.primary_parity)
    if kind is RecordType.HIGHRISE:
        unit = _number(rng, record.secondary_low, record.secondary_high, record.secondary_parity)
        line = f"{number} {street} {record.secondary_designator} {unit}"
        return (record, line, [], number, unit) if unit else None
    if kind is RecordType.STREET and (street, number) in buildings:
        return None
    if kind is RecordType.PO_BOX:
        line = f"PO BOX {number}"
    elif kind is RecordType.RURAL_HIGHWAY or street.split(" ")[0] in ("PSC", "UNIT"):
        line = f"{street} BOX {number}"
    else:
        line = f"{number} {street}"
    return record, line, [record.building_or_firm] if kind is RecordType.FIRM else [], number, ""


def _number(rng: random.Random, low: str, high: str, parity: str) -> str:
    """A number of the range; an end of it where the range is not of plain numbers."""
    if not (low.isdigit() and high.isdigit()):
        return rng.choice((low, high))
    step = 1 if parity not in ("O", "E") else 2
    return str(rng.randrange(int(low), int(high) + 1, step))


def _expect(record: DirectoryRecord, primary: str, secondary: str) -> Expected:
    addon = record.addon_low
    if record.addon_high != addon:  # a box range with an add-on range as long
        addon = f"{int(addon) + int(primary) - int(record.primary_low):04d}"
    request = DeliveryPointRequest(
        record.record_type, primary, secondary, record.secondary_low, record.secondary_high,
        record.secondary_designator, secondary_parity=record.secondary_parity,
    )  # fmt: skip
    dpc = delivery_point(request).dpc
    digits = record.zip5 + addon + dpc
    return {
        "outcome": "encoded",
        "depth": len(digits),
        "zip5": record.zip5,
        "plus4": addon,
        "dpc": dpc or None,
        "check_digit": correction_digit(digits),
        "record_type": record.record_type.value,
    }


def _name(rng: random.Random) -> str:
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zip4", type=Path, required=True)
    parser.add_argument("--city-state", type=Path, required=True)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    drawn: Counter[object] = Counter()
    found = list(samples(given.zip4, given.city_state, given.count, given.seed))
    random.Random(given.seed).shuffle(found)  # mail does not come in ZIP Code order
    with given.out.open("w") as out:
        for question in found:
            expect = question["expect"]
            drawn[expect["record_type"] if isinstance(expect, dict) else None] += 1
            out.write(json.dumps(question) + "\n")
    print(f"{drawn.total()} addresses: {dict(sorted(drawn.items(), key=str))}")


if __name__ == "__main__":
    main()
