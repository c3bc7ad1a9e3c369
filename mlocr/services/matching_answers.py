"""One answer of the matcher as a JSON object, as cells of a table, and as a line for a person."""

from __future__ import annotations

from mlocr.mail.match import Candidate, Match

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
        "id": question_id,
        **_fields(match),
        "footnotes": list(match.footnotes),
        "dpc_rule": match.delivery_point_rule or None,
        "return_code": match.return_code or None,
        "dpv": match.links.dpv or None,
        "dpv_footnotes": list(match.links.dpv_footnotes),
        "lacslink": match.links.lacslink or None,
        "suitelink": match.links.suitelink or None,
        "flags": list(match.links.flags),
        "candidates": [_candidate(each, match) for each in match.candidates[:MOST_CANDIDATES]],
        "trace": [{"rule": line.rule, "said": line.said} for line in match.trace],
    }


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
    plus4 = record.addon_low if record.addon_low == record.addon_high else ""
    if candidate.chosen and match.routing is not None and match.routing.plus4:
        plus4 = match.routing.plus4
    parts = (record.predirectional, record.street_name, record.suffix, record.postdirectional)
    return {
        "zip5": record.zip5,
        "plus4": plus4 or None,
        "record_type": record.record_type.value,
        "street": " ".join(part for part in parts if part),
        "low": record.primary_low.lstrip("0") or None,
        "high": record.primary_high.lstrip("0") or None,
        "rule": candidate.rule,
        "said": candidate.said,
        "chosen": candidate.chosen,
    }


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
