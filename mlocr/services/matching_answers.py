"""One answer of the matcher as a JSON object, as cells of a table, and as a line for a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mlocr.mail.address import DirectoryRecord
from mlocr.mail.code import RoutingCode, correction_digit
from mlocr.mail.match import NOT_ASKED, Candidate, LinkResult, Match

MOST_CANDIDATES = 20
"""Candidates shown of one answer (*ours*): a street searched by spelling considers hundreds."""

ANSWER_COLUMNS = (
    "outcome",
    "reason",
    "depth",
    "zip5",
    "plus4",
    "dpc",
    "check_digit",
    "record_type",
    "carrier_route",
    "delivery_line",
    "last_line",
    "return_code",
    "footnotes",
    "dpc_rule",
    "dpv",
    "dpv_footnotes",
    "lacslink",
    "suitelink",
    "error",
)
"""What is appended to each row of a table; `error` says what was wrong with the row itself."""


def match_json(question_id: object, match: Match) -> dict[str, object]:
    """One answer in the contract's `match` form."""
    return {
        **_plain(question_id, match),
        "candidates": [_candidate(each, match) for each in match.candidates[:MOST_CANDIDATES]],
        "trace": [{"rule": line.rule, "said": line.said} for line in match.trace],
    }


def match_text(question_id: object, match: Match, encode: Callable[[object], str], quote: Callable[[str], str]) -> str:
    """The same as text, at a third of the time: every answer is of one shape.

    `encode` writes any value as JSON, `quote` a text.
    """
    candidates = ", ".join([_candidate_text(each, match, quote) for each in match.candidates[:MOST_CANDIDATES]])
    trace = ", ".join([f'{{"rule": {quote(line.rule)}, "said": {quote(line.said)}}}' for line in match.trace])
    return f'{_plain_text(question_id, match, encode, quote)}, "candidates": [{candidates}], "trace": [{trace}]}}'


def _plain(question_id: object, match: Match) -> dict[str, object]:
    """Everything but candidates and trace."""
    return {
        "id": question_id,
        **_fields(match),
        "footnotes": list(match.footnotes),
        "dpc_rule": match.delivery_point_rule or None,
        "return_code": match.return_code or None,
        "certainty": round(match.certainty, 4),
        "dpv": match.links.dpv or None,
        "dpv_footnotes": list(match.links.dpv_footnotes),
        "lacslink": match.links.lacslink or None,
        "suitelink": match.links.suitelink or None,
        "flags": list(match.links.flags),
    }


def _plain_text(question_id: object, match: Match, encode: Callable[[object], str], quote: Callable[[str], str]) -> str:
    """The same as text, its closing brace left out."""
    route, line, last, rule = match.carrier_route, match.delivery_line, match.last_line, match.delivery_point_rule
    kind, returned = match.record_type, match.return_code
    return (
        f'{{"id": {str(question_id) if question_id.__class__ is int else encode(question_id)},'
        f' "outcome": "{"encoded" if match.routing else "rejected"}",'
        f' "reason": {quote(match.reason.value) if match.reason else "null"}, {_code_text(match.routing)},'
        f' "record_type": {quote(kind._value_) if kind else "null"},'
        f' "carrier_route": {quote(route) if route else "null"}, "delivery_line": {quote(line) if line else "null"},'
        f' "last_line": {quote(last) if last else "null"}, "footnotes": {_texts(match.footnotes, quote)},'
        f' "dpc_rule": {quote(rule) if rule else "null"}, "return_code": {quote(returned) if returned else "null"},'
        f' "certainty": {round(match.certainty, 4)!r},{_links_text(match.links, quote)}'
    )


def _code_text(routing: RoutingCode | None) -> str:
    """The digits; they need no quoting."""
    if routing is None:
        return '"depth": null, "zip5": null, "plus4": null, "dpc": null, "check_digit": null'
    digits, plus4, point = routing.digits, routing.plus4, routing.delivery_point
    plus4, point = f'"{plus4}"' if plus4 else "null", f'"{point}"' if point else "null"
    return (
        f'"depth": {len(digits)}, "zip5": "{routing.zip5}", "plus4": {plus4}, "dpc": {point},'
        f' "check_digit": "{correction_digit(digits)}"'
    )


def _links_text(links: LinkResult, quote: Callable[[str], str]) -> str:
    if links is NOT_ASKED:  # mostly; for speed
        return ' "dpv": null, "dpv_footnotes": [], "lacslink": null, "suitelink": null, "flags": []'
    dpv, lacs, suite = (quote(code) if code else "null" for code in (links.dpv, links.lacslink, links.suitelink))
    return (
        f' "dpv": {dpv}, "dpv_footnotes": {_texts(links.dpv_footnotes, quote)}, "lacslink": {lacs},'
        f' "suitelink": {suite}, "flags": {_texts(links.flags, quote)}'
    )


def _texts(values: Sequence[str], quote: Callable[[str], str]) -> str:
    return f"[{', '.join(map(quote, values))}]" if values else "[]"


def _fields(match: Match) -> dict[str, object]:
    """The fields that JSON and tables share, in the contract's order."""
    routing = match.routing
    return {
        "outcome": "encoded" if routing else "rejected",
        "reason": match.reason.value if match.reason else None,
        "depth": int(routing.depth) if routing else None,
        "zip5": routing.zip5 if routing else None,
        "plus4": (routing.plus4 or None) if routing else None,
        "dpc": (routing.delivery_point or None) if routing else None,
        "check_digit": routing.check_digit if routing else None,
        "record_type": match.record_type.value if match.record_type else None,
        "carrier_route": match.carrier_route or None,
        "delivery_line": match.delivery_line or None,
        "last_line": match.last_line or None,
    }


def _candidate(candidate: Candidate, match: Match) -> dict[str, object]:
    """One record that was considered. `plus4` is null where the record has a range of add-ons and was not chosen."""
    record = candidate.record
    return {
        "zip5": record.zip5,
        "plus4": _addon(candidate, match) or None,
        "record_type": record.record_type.value,
        "street": _street(record),
        "low": record.primary_low.lstrip("0") or None,
        "high": record.primary_high.lstrip("0") or None,
        "parity": record.primary_parity or None,
        "designator": record.secondary_designator or None,
        "secondary_low": record.secondary_low.lstrip("0") or None,
        "secondary_high": record.secondary_high.lstrip("0") or None,
        "firm": record.building_or_firm or None,
        "rule": candidate.rule,
        "said": candidate.said,
        "chosen": candidate.chosen,
    }


def _candidate_text(candidate: Candidate, match: Match, quote: Callable[[str], str]) -> str:
    """The same as text; written out, as half of an answer's text are its candidates."""
    record = candidate.record
    addon, firm = _addon(candidate, match), record.building_or_firm
    low, high = record.primary_low.lstrip("0"), record.primary_high.lstrip("0")
    unit_low, unit_high = record.secondary_low.lstrip("0"), record.secondary_high.lstrip("0")
    parity, designator = record.primary_parity, record.secondary_designator
    return (
        f'{{"zip5": {quote(record.zip5)}, "plus4": {quote(addon) if addon else "null"},'
        f' "record_type": "{record.record_type._value_}", "street": {quote(_street(record))},'
        f' "low": {quote(low) if low else "null"}, "high": {quote(high) if high else "null"},'
        f' "parity": {quote(parity) if parity else "null"},'
        f' "designator": {quote(designator) if designator else "null"},'
        f' "secondary_low": {quote(unit_low) if unit_low else "null"},'
        f' "secondary_high": {quote(unit_high) if unit_high else "null"}, "firm": {quote(firm) if firm else "null"},'
        f' "rule": {quote(candidate.rule)}, "said": {quote(candidate.said)},'
        f' "chosen": {"true" if candidate.chosen else "false"}}}'
    )


def _addon(candidate: Candidate, match: Match) -> str:
    if candidate.chosen and match.routing is not None and match.routing.plus4:
        return match.routing.plus4
    record = candidate.record
    return record.addon_low if record.addon_low == record.addon_high else ""


def _street(record: DirectoryRecord) -> str:
    parts = (record.predirectional, record.street_name, record.suffix, record.postdirectional)
    return " ".join([part for part in parts if part])


def match_cells(match: Match, error: str = "") -> list[str]:
    """One answer under ANSWER_COLUMNS; what is absent is an empty cell."""
    cells = ["" if value is None else str(value) for value in _fields(match).values()]
    links = match.links
    return [
        *cells,
        match.return_code,
        " ".join(match.footnotes),
        match.delivery_point_rule,
        links.dpv,
        "".join(links.dpv_footnotes),
        links.lacslink,
        links.suitelink,
        error,
    ]


def match_line(question_id: object, match: Match) -> str:
    """One answer as a line for a person."""
    name = "" if question_id is None else str(question_id).encode("utf-8", "replace").decode("utf-8")
    code = match.routing.digits if match.routing else "-"
    reason = match.reason.value if match.reason else ""
    where = ", ".join(part for part in (match.delivery_line, match.last_line) if part)
    return f"{name:<12} {code:<12} {reason:<22} {where}".rstrip()
