"""One match in words, for a person at a terminal: what was given, what the rules said, why each record lost or won."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from mlocr.mail.address import DirectoryRecord, ParsedAddress, RecordType
from mlocr.mail.match import Candidate, LinkResult, Match
from mlocr.matching.return_codes import FOOTNOTES, RETURN_CODES
from mlocr.matching.rule_table import RULES

WIDTH = 100
"""Columns of the terminal the text is laid out for."""

_INDENT = "  "
_TYPES = {
    RecordType.FIRM: "firm",
    RecordType.GENERAL_DELIVERY: "general delivery",
    RecordType.HIGHRISE: "highrise",
    RecordType.PO_BOX: "PO box",
    RecordType.RURAL_HIGHWAY: "rural or highway route",
    RecordType.STREET: "street",
}
_PARITIES = {"O": "odd", "E": "even", "B": "odd and even"}
_PARTS = (
    ("firm", "firm"),
    ("urbanization", "urbanization"),
    ("number or box", "primary_number"),
    ("predirectional", "predirectional"),
    ("street", "street_name"),
    ("suffix", "suffix"),
    ("postdirectional", "postdirectional"),
    ("unit designator", "secondary_designator"),
    ("unit number", "secondary_number"),
    ("private mailbox", "private_mailbox"),
)
_DPC_RULES = {
    "1": "the last two digits of the unit (CASS letter rule 1)",
    "2": "the right-most letter of the unit (CASS letter rule 2)",
    "3": "digits and letters, ending in a letter (CASS letter rule 3)",
    "4": "digits and letters, ending in a digit (CASS letter rule 4)",
    "5": "a unit above 99 (CASS letter rule 5)",
    "6": "a unit without a number (CASS letter rule 6)",
    "7": "the highrise default record (CASS letter rule 7)",
    "8": "a unit that is only a fraction (CASS letter rule 8)",
    "single_highrise_default": "the only highrise record, as the default (CASS letter, default matches)",
    "primary_number": "the last two digits of the house, box or route box number",
    "no_number": "no number: 99",
    "unpublished": "no published rule: the setting unpublished_dpc decided",
    "none": "no published rule, and the setting unpublished_dpc gives none",
}
_DPV = {
    "Y": "confirmed",
    "S": "the number is confirmed, the unit is not",
    "D": "the number is confirmed, the unit is missing",
    "N": "not confirmed",
}
_DPV_FOOTNOTES = {
    "AA": "the ZIP+4 was matched",
    "A1": "no ZIP+4 was matched",
    "BB": "the whole address is confirmed",
    "CC": "the unit is not confirmed",
    "N1": "the unit is missing",
    "M1": "the house number is missing",
    "M3": "the house number is not valid",
    "P1": "the box number is missing",
    "P3": "the box number is not valid",
    "F1": "military",
    "G1": "general delivery",
    "U1": "unique ZIP Code",
    "PB": "a PO box written as a street address",
    "RR": "a commercial mail receiver, with its PMB",
    "R1": "a commercial mail receiver, without a PMB",
    "R7": "carrier route R777: no street delivery",
}
_LACSLINK = {
    "A": "converted to a new address",
    "00": "not found: no conversion",
    "09": "a highrise default: no conversion",
    "14": "found, but not converted",
    "92": "converted, the unit dropped",
}
_SUITELINK = {"A": "the firm's suite was added", "00": "the firm is not known there"}


def explain(lines: Sequence[str], match: Match) -> str:
    """The whole story of one match as text, `WIDTH` columns wide; `lines` are the address as it was given."""
    sections: list[Iterable[str]] = [
        _titled("Address as given", (f"{_INDENT}{line}" for line in lines)),
        _titled("Answer", _answer(match)),
        _titled("Taken apart", _parsed(match.parsed)),
        _titled("Rules, in order", _rules(match)),
        _titled("Records considered", _candidates(match)),
        _titled("Confirming tables", _links(match.links)),
    ]
    return "\n\n".join(text for section in sections if (text := "\n".join(section))) + "\n"


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines under their title; nothing at all where there are none."""
    held = list(lines)
    if held:
        yield title
        yield from held


def _row(name: str, text: str, width: int = 20) -> str:
    """A name and its text, wrapped under itself."""
    head = f"{_INDENT}{name:<{width}} "
    return textwrap.fill(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))


# --- the answer -----------------------------------------------------------------------------------------------------


def _answer(match: Match) -> Iterator[str]:
    routing = match.routing
    if routing is None:
        yield _row("code", "none")
    else:
        yield _row("code", routing.digits)
        yield _row("  ZIP Code", routing.zip5)
        if routing.plus4:
            route = f" (carrier route {match.carrier_route})" if match.carrier_route else ""
            kind = f"of {_article(_TYPES[match.record_type])} record{route}" if match.record_type else "common to all"
            yield _row("  add-on", f"{routing.plus4}  {kind}")
        if routing.delivery_point:
            rule = _DPC_RULES.get(match.delivery_point_rule, match.delivery_point_rule)
            yield _row("  delivery point", f"{routing.delivery_point}    {rule}")
        yield _row("  check digit", f"{routing.check_digit}     makes the digit sum a multiple of ten (DMM 708 4.2.1)")
    if match.reason is not None:
        yield _row("why not finer" if routing else "why", match.reason.value.replace("_", " "))
    if match.delivery_line:
        yield _row("delivery line", match.delivery_line)
    if match.last_line:
        yield _row("last line", match.last_line)
    if match.return_code:
        yield _row("return code", f"{match.return_code}  {RETURN_CODES.get(match.return_code, '')}")
    for letter in match.footnotes:
        yield _row(f"footnote {letter}", FOOTNOTES.get(letter, ""))


def _article(noun: str) -> str:
    return f"a {noun}"


def _parsed(parsed: ParsedAddress | None) -> Iterator[str]:
    if parsed is None:
        return
    yield _row("kind", parsed.kind.value.replace("_", " "))
    for name, field in _PARTS:
        value = str(getattr(parsed, field))
        if value:
            yield _row(name, value)
    last = parsed.last_line
    for name, value in (
        ("city", last.city),
        ("state", last.state),
        ("ZIP Code", last.zip5),
        ("printed +4", last.plus4),
    ):
        yield _row(name, value or "-")


# --- the rules and the records --------------------------------------------------------------------------------------


def _rules(match: Match) -> Iterator[str]:
    for at, line in enumerate(match.trace, 1):
        rule = RULES.get(line.rule)
        source = f" [{rule.source}]" if rule and rule.source not in line.said else ""
        yield _row(f"{at:>2} {line.rule}", f"{line.said}{source}", 26)


def _candidates(match: Match) -> Iterator[str]:
    for candidate in match.candidates:
        mark = "->" if candidate.chosen else "  "
        yield f"{_INDENT}{mark} {_record(candidate.record)}"[:WIDTH]
        verdict = "chosen" if candidate.chosen else "lost" if match.record else "not taken"
        yield textwrap.fill(
            f"{verdict}: {candidate.said}{_named(candidate)}",
            WIDTH,
            initial_indent=" " * 7,
            subsequent_indent=" " * 7,
        )


def _named(candidate: Candidate) -> str:
    return f" ({candidate.rule})" if candidate.rule else ""


def _record(record: DirectoryRecord) -> str:
    """One record on one line: its type, street, ranges, firm, ZIP+4."""
    street = " ".join(
        part for part in (record.predirectional, record.street_name, record.suffix, record.postdirectional) if part
    )
    primary = _range(record.primary_low, record.primary_high, record.primary_parity)
    unit = record.secondary_designator
    if record.secondary_low or record.secondary_high:
        ends = _range(record.secondary_low, record.secondary_high, record.secondary_parity)
        unit = f"{unit} {ends}".strip()
    addon = record.addon_low if record.addon_low == record.addon_high else f"{record.addon_low}..{record.addon_high}"
    alternate = "alternate" if record.base_alternate == "A" else ""
    parts = (street, primary, unit, record.building_or_firm, alternate)
    return f"{record.record_type.value} {record.zip5}-{addon}  " + ", ".join(part for part in parts if part)


def _range(low: str, high: str, parity: str) -> str:
    low, high = low.lstrip("0") or low[-1:], high.lstrip("0") or high[-1:]
    if low == high:
        return low
    return f"{low}-{high} {_PARITIES.get(parity, '')}".rstrip()


# --- the confirming tables ------------------------------------------------------------------------------------------


def _links(links: LinkResult) -> Iterator[str]:
    if links.dpv:
        yield _row("DPV", f"{links.dpv}  {_DPV.get(links.dpv, '')}")
    for note in links.dpv_footnotes:
        yield _row(f"DPV footnote {note}", _DPV_FOOTNOTES.get(note, ""))
    if links.flags:
        yield _row("DPV marks", ", ".join(flag.replace("_", " ") for flag in links.flags))
    if links.lacslink:
        yield _row("LACSLink", f"{links.lacslink}  {_LACSLINK.get(links.lacslink, '')}")
    if links.suitelink:
        yield _row("SuiteLink", f"{links.suitelink}  {_SUITELINK.get(links.suitelink, '')}")
