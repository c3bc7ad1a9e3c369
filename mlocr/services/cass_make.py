"""Makes a synthetic Stage-I-like file from any directory: every kind of address, every damage, alone and in pairs.

The answers come from the records the addresses were made from, judged by the second witness; the matcher has no part.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from mlocr.certification.categories import category_title
from mlocr.certification.damage.extras import PERSONS
from mlocr.certification.damage.registry import DAMAGES, Damage, may_pair
from mlocr.certification.damage.written import WrittenAddress
from mlocr.certification.stage1_layout import BLANK, Stage1Record, width_of
from mlocr.certification.witness.judge import Judge, Truth
from mlocr.certification.witness.office import Offices
from mlocr.directory.links.confirm import open_tables
from mlocr.directory.store import open_directory
from mlocr.errors import BadInputError, UsageError
from mlocr.mail.address import AddressKind
from mlocr.mail.code import correction_digit
from mlocr.matching.designators import DESIGNATORS
from mlocr.ports import ConfirmingTables
from mlocr.services.cass_links import LinkCases
from mlocr.services.cass_tables import settled
from mlocr.services.cass_targets import Target, Targets
from mlocr.services.cass_traps import TRAPS, Desk
from mlocr.services.directories import resolve_directory

TRIES = 40
"""Addresses tried for one record before its category is given up for this turn."""

ENOUGH = 150
"""Addresses kept for each damage."""

SHARES = (("clean", 3), ("single", 9), ("pair", 5), ("trap", 3))
"""Of twenty records: undamaged, one damage, two damages, and addresses that must not be coded finer."""


@dataclass(frozen=True, slots=True)
class Case:
    """One record of the file: the block, what is right, its category code, and what was done to it.

    `links` are the confirming tables' answers in Stage I field names.
    """

    lines: tuple[str, ...]
    written: WrittenAddress
    truth: Truth
    category: str
    done: tuple[str, ...]
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Made:
    """What was made: how many records, of which categories, and the damages this directory has no address for."""

    count: int = 0
    categories: dict[str, int] = field(default_factory=dict)
    absent: tuple[str, ...] = ()


class Maker:
    """Turns out cases, the same ones for the same directory and seed."""

    def __init__(
        self, offices: Offices, seed: int, tables: ConfirmingTables | None = None, raw: Path | None = None
    ) -> None:
        """`raw` is the folder that may hold the raw confirming tables, of which cases are made too."""
        self._tables = tables or ConfirmingTables()
        self._rng = random.Random(seed)
        self._offices = offices
        self._judge = Judge(offices)
        targets = Targets(offices, self._rng)
        self._targets = targets.by_kind
        if not targets.all:
            raise UsageError("the directory has no address to write; give one with ZIP+4 and City State records")
        mixed = targets.all
        self._rng.shuffle(mixed)
        rng = random.Random(f"links {seed}")
        self._links = LinkCases(raw, offices, targets, self._tables, rng) if raw is not None else None
        self._fit = {name: self._fitting(damage, mixed) for name, damage in DAMAGES.items()}
        self._names = [name for name in DAMAGES if self._fit[name]]
        self._turn = dict.fromkeys((kind for kind, _ in SHARES), 0)

    @property
    def absent(self) -> tuple[str, ...]:
        """Damages that fit no address drawn from this directory."""
        return tuple(name for name in DAMAGES if not self._fit[name])

    def _fitting(self, damage: Damage, targets: Sequence[Target]) -> list[Target]:
        """Addresses a damage has something to do to, enough of them."""
        rng = random.Random(0)
        found = (t for t in targets if damage.apply(t.written, rng) is not None)
        return list(itertools.islice(found, ENOUGH))

    def cases(self, count: int, shares: Sequence[tuple[str, int]] = SHARES) -> Iterator[Case]:
        """`count` cases in a mixed order, categories by turns."""
        order = [kind for kind, share in shares for _ in range(share)]
        made = 0
        barren = 0
        while made < count and barren < 50 * len(order):
            kind = order[(made + barren) % len(order)]
            case = self._case(kind)
            if case is None:
                barren += 1
                continue
            barren = 0
            made += 1
            yield case

    def _case(self, kind: str) -> Case | None:
        turn = self._turn[kind]
        self._turn[kind] += 1
        if kind == "clean":
            kinds = [*sorted(self._targets), *self._link_codes()]
            kind = kinds[turn % len(kinds)]
            return self._clean(kind) if kind in self._targets else self._linked(kind)
        if kind == "trap":
            codes = list(TRAPS)
            return self._trap(codes[turn % len(codes)])
        if kind == "single":
            return self._damaged((self._names[turn % len(self._names)],))
        first = self._names[turn % len(self._names)]
        others = [n for n in self._names if may_pair(DAMAGES[first], DAMAGES[n])]
        return self._damaged((first, self._rng.choice(others))) if others else None

    def _clean(self, kind: str) -> Case | None:
        pool = self._targets[kind]
        for _ in range(TRIES):
            target = self._rng.choice(pool)
            if case := self._judged(target, target.written, CLEAN_CODES.get(kind, "k0"), ()):
                return case
        return None

    def _link_codes(self) -> tuple[str, ...]:
        """The categories that the confirming tables give cases for."""
        unconverted = (NOT_CONVERTED,) if self._tables.lacslink is not None and self._old() else ()
        return (*(self._links.codes if self._links is not None else ()), *unconverted)

    def _old(self) -> list[Target]:
        """Routes, which LACSLink is always asked for."""
        return [t for kind in ("rural_route", "highway_contract") for t in self._targets.get(kind, ())]

    def _linked(self, code: str) -> Case | None:
        """An address LACSLink converts, one that it is asked for and does not have, or a firm without its suite."""
        for _ in range(TRIES):
            if code == NOT_CONVERTED:
                target = self._rng.choice(self._old())
                case = self._judged(target, target.written, code, ())
                if case is not None and case.links.get("lacslink_code") == "00":
                    return case
                continue
            found = self._links.draw(code) if self._links is not None else None
            if found is not None and stage1_inputs(found.asked.lines, found.asked) is not None:
                return Case(found.asked.lines, found.meant, found.truth, code, (category_title(code),), found.fields)
        return None

    def _damaged(self, names: tuple[str, ...]) -> Case | None:
        damages = [DAMAGES[name] for name in names]
        code = damages[0].code if len(damages) == 1 else "".join(sorted(d.family for d in damages)).lower()
        for _ in range(TRIES):
            target = self._rng.choice(self._fit[names[0]])
            written: WrittenAddress | None = target.written
            for damage in damages:
                written = damage.apply(written, self._rng) if written else None
            if written and (case := self._judged(target, written, code, names)):
                return case
        return None

    def _trap(self, code: str) -> Case | None:
        desk = Desk(self._offices, self._judge, self._rng)
        trap = TRAPS[code]
        kinds = sorted(self._targets)
        for _ in range(TRIES * 3):
            target = self._rng.choice(self._targets[self._rng.choice(kinds)])
            trapped = trap(desk, target)
            if trapped is not None:
                lines = trapped.lines or trapped.written.lines
                if stage1_inputs(lines, trapped.written) is not None:
                    return Case(lines, trapped.written, trapped.truth, code, (category_title(code),))
        return None

    def _judged(self, target: Target, written: WrittenAddress, code: str, done: tuple[str, ...]) -> Case | None:
        truth = self._judge.truth(written, target.place)
        if truth is None:
            return None
        if not written.person and not written.firm and not written.above and self._rng.random() < 0.5:
            named = replace(written, person=self._rng.choice(PERSONS))
            written = named if stage1_inputs(named.lines, named) is not None else written
        if stage1_inputs(written.lines, written) is None:
            return None
        confirmed = settled(truth, written, self._tables, self._offices)
        if confirmed is None:
            return None
        return Case(written.lines, written, confirmed.truth, code, done, confirmed.fields)


NOT_CONVERTED = "24"

CLEAN_CODES = {
    "street": "k1",
    "highrise": "k2",
    "highrise default": "k3",
    "firm": "k4",
    "po_box": "k5",
    "rural_route": "k6",
    "highway_contract": "k7",
    "general_delivery": "k8",
    "military": "k9",
    "urbanization": "kA",
    "Puerto Rico street": "kB",
    "aliased street": "kC",
    "directional street": "kD",
    "numbered street": "kE",
    "unusual number": "kF",
    "street without suffix": "kG",
    "street without add-on": "kH",
    "po_box without add-on": "kI",
    "military without add-on": "kJ",
    "rural_route without add-on": "kK",
    "highway_contract without add-on": "kL",
    "general_delivery without add-on": "kM",
    "unique ZIP Code": "kU",
}
"""Category codes of undamaged addresses, by the pool they are drawn from."""


# --- one record -----------------------------------------------------------------------------------------------------


def stage1_inputs(lines: Sequence[str], written: WrittenAddress) -> dict[str, str] | None:
    """The block in the record's input fields, mailing order kept; None where it does not fit them."""
    if not lines:
        return None
    *upper, last = lines
    values: dict[str, str] = {"last_line_input": last}
    if written.urbanization and written.urbanization in upper:
        at = upper.index(written.urbanization)
        values["urbanization_input"] = upper.pop(at)
        if at > 1:
            return None
        names = [*["firm_input"][:at], "primary_line_input", "second_line_input"]
    else:
        names = ["firm_input", "primary_line_input", "second_line_input"][0 if len(upper) > 1 else 1 :]
    if not written.last_line:
        values, upper = {}, list(lines)  # nothing but the street: it stands in the line it belongs to
        names = ["firm_input", "primary_line_input", "second_line_input"][0 if len(upper) > 1 else 1 :]
    if len(upper) > len(names):
        return None
    values |= dict(zip(names, upper, strict=False))
    fits = all(len(v) <= width_of(n) and v.isascii() and v.isprintable() for n, v in values.items())
    return values if fits else None


def stage1_record(case: Case, number: int, offices: Offices) -> Stage1Record:
    """One case as a 600-byte record with its answers."""
    values = {"customer_id": "SYNTHETIC", "cass_key": f"{number:011d}", "category": case.category}
    values |= stage1_inputs(case.lines, case.written) or {}
    digits = case.truth.digits
    values |= {"zip5": digits[:5], "plus4": digits[5:9], "delivery_point": digits[9:]}
    values |= case.links
    values |= {f"multiple_{i}": code[:9] for i, code in enumerate(case.truth.tied[:2], 1)}
    if len(digits) == 11 and case.truth.answer is not None:
        values["check_digit"] = correction_digit(digits)
        values |= answer_fields(case, offices)
    return BLANK.with_values(values)


def answer_fields(case: Case, offices: Offices) -> dict[str, str]:
    """The answer's fields beyond its digits, from the record."""
    answer, written = case.truth.answer, case.written
    assert answer is not None
    row = answer.record
    preferred = offices.preferred(row)
    names = [d for d in offices.details.get(row.zip5, ()) if d.mailing_name and d.facility_code != "U"]
    line = standard_line(case)
    mailbox = _mailbox(written)
    return {
        "carrier_route": row.carrier_route,
        "record_type": row.record_type.value,
        "city": preferred.name if preferred else "",
        "city_alternate": "Y" if len({d.name for d in names}) > 1 else "",
        "state": preferred.state if preferred else row.state,
        "primary_line": line if len(line) <= width_of("primary_line") else "",
        # Whether the line is to hold the private mailbox beside its own field is not published.
        "primary_line_alternate": "Y" if row.base_alternate == "A" or "street_alias" in case.done or mailbox else "",
        "pmb_designator": mailbox.partition(" ")[0],
        "pmb_number": mailbox.partition(" ")[2],
        "lacs_indicator": row.lacs_status,
        "firm": row.building_or_firm if row.record_type.value == "F" and written.firm else "",
    }


def standard_line(case: Case) -> str:
    """The standardized delivery line of a full answer."""
    answer, written = case.truth.answer, case.written
    assert answer is not None
    row = answer.record
    number = next((n for n in (answer.number, written.number) if n), "")
    if written.kind is AddressKind.PO_BOX:
        return f"PO BOX {number}"
    if written.kind is not AddressKind.STREET:
        line = f"{row.street_name} BOX {number}" if number else row.street_name
        return f"{line} {_mailbox(written)}".strip()
    street = (number, row.predirectional, row.street_name, row.suffix, row.postdirectional)
    unit = answer.unit
    if not unit and written.unit_text:
        designator = DESIGNATORS.get(written.designator.rstrip("."), written.designator or "#")
        unit = f"{designator} {written.unit}".strip()
    return " ".join(part for part in (*street, unit, _mailbox(written)) if part)


def _mailbox(written: WrittenAddress) -> str:
    """The private mailbox as written; empty where there is none."""
    return written.private_mailbox if written.private_mailbox.startswith(("PMB ", "# ")) else ""


# --- files ----------------------------------------------------------------------------------------------------------


def expectation(truth: Truth) -> dict[str, object]:
    """The truth in the contract's `expect` form."""
    digits = truth.digits
    if not digits:
        return {"outcome": "rejected", "depth": None}
    full = truth.answer is not None and len(digits) > 5
    return {
        "outcome": "encoded",
        "depth": len(digits),
        "zip5": digits[:5],
        "plus4": digits[5:9] or None,
        "dpc": digits[9:] or None,
        "check_digit": correction_digit(digits),
        "record_type": truth.answer.record.record_type.value if full and truth.answer else None,
    }


def question_object(number: int, case: Case) -> dict[str, object]:
    """One case as a JSON line: a question for `match`, with its truth beside it."""
    return {
        "id": number,
        "lines": list(case.lines),
        "expect": expectation(case.truth),
        "category": case.category,
        "damages": list(case.done),
    }


def make_file(
    directory: Path, cache: Path, out: Path, *, seed: int, count: int, done: Callable[[int], None] = lambda _: None
) -> Made:
    """Write the Stage I file `out`, and beside it the same questions with their truth as JSON lines.

    Raises UsageError for a count below one, BadInputError where a file cannot be written or the directory opened.
    """
    if count < 1:
        raise UsageError(f"--count {count} makes no file; ask for one record or more")
    if questions_file(out) == out:
        raise UsageError(f"{out} is the name of the questions that go beside the Stage I file; name that one .txt")
    built = resolve_directory(directory, cache)
    source = open_directory(built)
    try:
        offices = Offices(source)
        maker = Maker(offices, seed, open_tables(built, source.product_year_month), directory)
        made = Made(absent=maker.absent)
        with ExitStack() as stack:
            try:
                out.parent.mkdir(parents=True, exist_ok=True)
                stage = stack.enter_context(out.open("wb"))
                lines = stack.enter_context(questions_file(out).open("w", encoding="utf-8", newline="\n"))
            except OSError as error:
                raise BadInputError(f"{out} cannot be written ({error.strerror}); name another file") from error
            for number, case in enumerate(maker.cases(count), 1):
                stage.write(stage1_record(case, number, offices).bytes() + b"\r\n")
                lines.write(json.dumps(question_object(number, case)) + "\n")
                made.count = number
                made.categories[case.category] = made.categories.get(case.category, 0) + 1
                done(number)
        return made
    finally:
        source.close()


def questions_file(out: Path) -> Path:
    """Where the questions of a Stage I file stand as JSON lines."""
    return out.with_suffix(".jsonl")
