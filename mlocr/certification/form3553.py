"""PS Form 3553, CASS Summary Report: a run's journal rows to every box of the form. Pure; no file and no clock.

What is counted (DMM 602 9.5; the form's back asks for totals of coded records):

* **B6** every letter the station saw, whether or not a picture or a code came of it.
* **C-a** the pieces coded with a ZIP+4 code: nine or eleven digits (eleven are a ZIP+4 code and its delivery point).
* **C-c** the pieces with a valid five-digit code, at whatever depth: a ZIP+4 code contains one, and the form's rows are
  not exclusive (a record coded to ZIP+4 is 5-digit coded and may be carrier route coded too). C-c is never below C-a.
* **C-d** the pieces coded that also have a carrier route. The routes stand in the ZIP+4 product, so its date counts.
* **E** how the ZIP+4 matches were reached; information only, never price eligibility.

A piece counts as coded when it was *decided* as encoded, whether or not its ink came through: the form speaks of
address matching, the dispositions of the journal speak of ink. A piece rejected for the mark's sake alone (no room,
clear zone occupied, already barcoded, below the least depth) is not counted as coded: the station gave it no code.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mlocr.directory.edition import CYCLE_RULES, RELEASE_DAY, usability

Date = datetime.date
Row = tuple[str, str, Mapping[str, object]]

FORM_NAME = "PS Form 3553, CASS Summary Report (computer facsimile)"
NO_POSTAGE = "NOT FOR POSTAGE"
REPLAY = f"REPLAY - {NO_POSTAGE}"
SIMULATED_MACHINE = f"SIMULATED MACHINE IDENTIFIER - {NO_POSTAGE}"
SIMULATED_LINE = f"SIMULATED LINE - {NO_POSTAGE}"
OUT_OF_DATE = f"DIRECTORY NOT VALID ON THE DAY - {NO_POSTAGE}"
ZIP4_DAYS = 180
CARRIER_ROUTE_DAYS = 90
"""Days from coding to mailing of products before October 2022: 180, carrier routes 90 (DMM 708 3.3, 2007)."""

LABELS: dict[str, str] = {
    "A1-1": "CASS Certified Company Name",
    "A1-2": "CASS Certified Software Name & Version",
    "A1-3": "Configuration",
    "A1-4": "Z4Change Certified Company Name",
    "A1-5": "Z4Change Certified Software Name & Version",
    "A1-6": "Configuration",
    "A1-7": "eLOT Certified Company Name",
    "A1-8": "eLOT Certified Software Name & Version",
    "A1-9": "Configuration",
    "A2-1": "MASS Certified Company Name",
    "A2-2": "MASS Certified Software Name, Version & Model No.",
    "A2-3": "Configuration",
    "A2-4": "MLOCR Serial No.",
    "B1": "List Processor's Name",
    "B2": "Date List Processed",
    "B3": "Date of Database Product Used",
    "B4": "List Name or ID No.",
    "B5": "Number of Lists",
    "B6": "Total Records Submitted for Processing",
    "C-a": "ZIP+4/DPV Confirmed",
    "C-b": "Z4Change Processed",
    "C-c": "5-Digit Coded",
    "C-d": "CRRT Coded",
    "C-e": "eLOT Assigned",
    "D1": "Mailer's Signature",
    "D2": "Date Signed",
    "D3": "Name and Address of Mailer",
    "E-1": "High Rise Default",
    "E-2": "High Rise Exact",
    "E-3": "RR Default",
    "E-4": "RR Exact",
    "E-5": "LACSLink",
    "E-6": "EWS",
    "E-7": "SuiteLink",
}
"""Every box of the September 2017 and 2022 forms, in order. The numbers inside E are *ours*: the form has none."""

DATE_PARTS_B2 = ("a Master File", "b Z4Change", "c eLOT", "d CRIS")
DATE_PARTS_B3 = ("a ZIP+4 File", "b Z4Change", "c eLOT", "d CRIS")
LACSLINK_CONVERTED = ("A", "92")
"""Return codes of an address that was converted (92: without its unit)."""
HIGHRISE_DEFAULT_RULES = frozenset({"7", "single_highrise_default"})
"""Delivery point rules that say a highrise answer is a default: rule 7 and the single default of the CASS letter."""


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What one run's rows add up to, in pieces."""

    submitted: int = 0
    zip4: int = 0
    zip5: int = 0
    carrier_route: int = 0
    highrise_default: int = 0
    highrise_exact: int = 0
    rural_default: int = 0
    rural_exact: int = 0
    lacslink: int = 0
    early_warning: int = 0
    suitelink: int = 0

    def __add__(self, other: RunCounts) -> RunCounts:
        """Both runs' pieces."""
        return RunCounts(*(getattr(self, n) + getattr(other, n) for n in RunCounts.__slots__))


@dataclass(frozen=True, slots=True)
class Names:
    """What the configuration says of job and certificates, word for word; empty where it says nothing."""

    cass_company: str = ""
    cass_software: str = ""
    cass_configuration: str = ""
    mass_company: str = ""
    mass_software: str = ""
    mass_configuration: str = ""
    mlocr_serial: str = ""
    processor: str = ""
    mailer: str = ""
    mailer_address: str = ""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run as the form needs it. `processed` is the coding date; `product` the directory's year and month.

    `source` names the run and the seal of its journal; `ended` is False where the run was cut off.
    """

    processed: Date
    product: tuple[int, int] | None
    counts: RunCounts
    names: Names = Names()
    list_name: str = ""
    number_of_lists: int = 1
    replay: bool = False
    simulated_machine: bool = False
    simulated_line: bool = False
    machine_id: str = ""
    source: str = ""
    ended: bool = True

    @property
    def marks(self) -> tuple[str, ...]:
        """Why this run's mail may not be paid on; empty where it may."""
        marks = {REPLAY: self.replay, SIMULATED_MACHINE: self.simulated_machine, SIMULATED_LINE: self.simulated_line}
        marks[OUT_OF_DATE] = self.product is not None and not usability(self.product).allows(self.processed)
        return tuple(text for text, holds in marks.items() if holds)


@dataclass(frozen=True, slots=True)
class FormBox:
    """One box: its number, label and value. `parts` are its named sub-values (dates of B2 and B3, periods of C)."""

    box: str
    label: str
    value: str | int | Date
    parts: tuple[tuple[str, Date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Form3553:
    """The filled form: every box in order, why it is not for postage (empty: it may be), notes, sources."""

    boxes: tuple[FormBox, ...]
    marks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def box(self, number: str) -> FormBox:
        """The box of this number. Raises KeyError for a number the form does not have."""
        for each in self.boxes:
            if each.box == number:
                return each
        raise KeyError(number)


# --- counting -------------------------------------------------------------------------------------------------------


def tally(rows: Iterable[Row]) -> RunCounts:
    """Count one run's journal rows (kind, piece, body); a piece counts once, by its last decision.

    On a bench a letter has its frame's name until the device has given it a number (*announced*): it is one piece.
    """
    seen: set[str] = set()
    coded: dict[str, RunCounts] = {}
    frames: dict[str, str] = {}
    for kind, label, body in rows:
        if not label:
            continue
        if kind == "announced":
            frames[str(body.get("piece"))] = label
        piece = frames.get(label, label)
        seen.add(piece)
        if kind == "decided":
            coded[piece] = _count_decision(body)
    return sum(coded.values(), RunCounts(submitted=len(seen)))


def _count_decision(body: Mapping[str, object]) -> RunCounts:
    footnotes = body.get("footnotes")
    # Held by the Early Warning System (AMS footnote R): such a piece has no add-on, and perhaps no code at all.
    held = int(isinstance(footnotes, list) and "R" in footnotes)
    if body.get("outcome") != "encoded":
        return RunCounts(early_warning=held)
    finer = len(str(body.get("digits") or "")) >= 9
    highrise = finer and body.get("record_type") == "H"
    rural = finer and body.get("record_type") == "R"
    default = _is_default(body)
    return RunCounts(
        zip4=int(finer),
        zip5=1,
        carrier_route=int(bool(body.get("carrier_route"))),
        highrise_default=int(highrise and default),
        highrise_exact=int(highrise and not default),
        rural_default=int(rural and default),
        rural_exact=int(rural and not default),
        lacslink=int(body.get("lacslink") in LACSLINK_CONVERTED),
        early_warning=held,
        suitelink=int(body.get("suitelink") == "A"),
    )


def _is_default(body: Mapping[str, object]) -> bool:
    """Whether the answer is the building's or route's default: the secondary or box was missing or not in a range.

    The row says so itself (`default_record`) where it can; else the delivery point rule and the footnotes tell: H
    secondary missing, S incorrect secondary, no number at all for a route.
    """
    said = body.get("default_record")
    if isinstance(said, bool):
        return said
    footnotes = body.get("footnotes")
    letters = {str(each).rstrip("#") for each in footnotes} if isinstance(footnotes, list) else set()
    rule = body.get("dpc_rule")
    if body.get("record_type") == "H":
        return rule in HIGHRISE_DEFAULT_RULES or bool(letters & {"H", "S"})
    return rule == "no_number" or "H" in letters


# --- filling --------------------------------------------------------------------------------------------------------


def product_date(product: tuple[int, int]) -> Date:
    """The date a product bears: the first of its month since October 2022 (DMM 602 9.3.1), before that the 15th."""
    return Date(*product, 1 if product >= (2022, 10) else RELEASE_DAY)


def validation_period(product: tuple[int, int], processed: Date, days: int) -> tuple[Date, Date]:
    """From the coding to the last permissible mailing date.

    From October 2022 the product alone sets the end (DMM 602 Exhibit 9.3.1), for five-digit coding too: a longer term
    is reported for that, but not published. Before, `days` count from the coding.
    """
    dates = usability(product)
    rule = next(rule for rule in CYCLE_RULES if rule.name == dates.rule)
    return processed, dates.last_mailing if rule.mailing_months else processed + datetime.timedelta(days=days)


def fill_form(runs: Sequence[RunFacts]) -> Form3553:
    """The form for one run, or for several of one mailer: counts added, and of the dates the oldest.

    Raises ValueError when there is no run, or the runs do not belong on one form.
    """
    if not runs:
        raise ValueError("there is no run to report")
    first = runs[0]
    if any(run.names != first.names or run.machine_id != first.machine_id for run in runs):
        raise ValueError("the runs name different mailers, certificates or machines")
    counts = sum((run.counts for run in runs), RunCounts())
    values: dict[str, str | int | Date] = dict.fromkeys(LABELS, "")
    values.update(_name_values(first.names))
    values.update(_count_values(counts))
    values["B4"] = "; ".join(dict.fromkeys(run.list_name for run in runs if run.list_name))
    values["B5"] = sum(run.number_of_lists for run in runs)
    parts = _date_parts(runs, counts)
    for number in ("B2", "B3"):
        values[number] = parts[number][0][1] or ""
    return Form3553(
        tuple(FormBox(n, LABELS[n], values[n], parts.get(n, ())) for n in LABELS),
        tuple(dict.fromkeys(mark for run in runs for mark in run.marks)),
        _notes(runs, counts),
        tuple(run.source for run in runs if run.source),
    )


def _name_values(names: Names) -> dict[str, str]:
    return {
        "A1-1": names.cass_company,
        "A1-2": names.cass_software,
        "A1-3": names.cass_configuration,
        "A2-1": names.mass_company,
        "A2-2": names.mass_software,
        "A2-3": names.mass_configuration,
        "A2-4": names.mlocr_serial,
        "B1": names.processor,
        "D3": "\n".join(part for part in (names.mailer, names.mailer_address) if part),
    }


def _count_values(counts: RunCounts) -> dict[str, int]:
    # Z4Change and eLOT are not part of this station: nothing was coded by them.
    return {
        "B6": counts.submitted,
        "C-a": counts.zip4,
        "C-b": 0,
        "C-c": counts.zip5,
        "C-d": counts.carrier_route,
        "C-e": 0,
        "E-1": counts.highrise_default,
        "E-2": counts.highrise_exact,
        "E-3": counts.rural_default,
        "E-4": counts.rural_exact,
        "E-5": counts.lacslink,
        "E-6": counts.early_warning,
        "E-7": counts.suitelink,
    }


def _date_parts(runs: Sequence[RunFacts], counts: RunCounts) -> dict[str, tuple[tuple[str, Date | None], ...]]:
    processed = min(run.processed for run in runs)
    known = [run.product for run in runs if run.product is not None]
    # Oldest date first: a form that cannot show one run's product shows none.
    oldest = min(known) if len(known) == len(runs) else None
    used = product_date(oldest) if oldest else None
    routes = counts.carrier_route > 0
    b2 = (processed, None, None, processed if routes else None)
    b3 = (used, None, None, used if routes else None)
    periods: dict[str, tuple[tuple[str, Date | None], ...]] = {}
    for number, count, days in (
        ("C-a", counts.zip4, ZIP4_DAYS),
        ("C-b", 0, ZIP4_DAYS),
        ("C-c", counts.zip5, ZIP4_DAYS),
        ("C-d", counts.carrier_route, CARRIER_ROUTE_DAYS),
        ("C-e", 0, CARRIER_ROUTE_DAYS),
    ):
        begin, end = _shortest_period(runs, days) if count and oldest else (None, None)
        periods[number] = (("from", begin), ("to", end))
    return {
        "B2": tuple(zip(DATE_PARTS_B2, b2, strict=True)),
        "B3": tuple(zip(DATE_PARTS_B3, b3, strict=True)),
    } | periods


def _shortest_period(runs: Sequence[RunFacts], days: int) -> tuple[Date, Date]:
    periods = [validation_period(run.product, run.processed, days) for run in runs if run.product]
    return min(begin for begin, _ in periods), min(end for _, end in periods)


def _notes(runs: Sequence[RunFacts], counts: RunCounts) -> tuple[str, ...]:
    notes = []
    names = runs[0].names
    if not (names.cass_company and names.mass_company):
        notes.append("Boxes A1 and A2 name certificates only where there are some; none is claimed here.")
    if counts.carrier_route:
        notes.append("Carrier routes come from the ZIP+4 product; B3 d is its date.")
    if any(run.product is None for run in runs):
        notes.append("The journal does not say which directory product coded; no validation period can be given.")
    if not all(run.ended for run in runs):
        notes.append("A run was cut off before its end; the counts are those journalled until then.")
    machine = runs[0].machine_id
    if machine:
        simulated = " (simulated)" if any(run.simulated_machine for run in runs) else ""
        notes.append(f"Machine identifier sprayed: {machine}{simulated}.")
    return tuple(notes)
