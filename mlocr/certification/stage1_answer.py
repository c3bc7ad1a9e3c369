"""What the matcher's answer says in the fields of a Stage I record."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlocr.certification.stage1_layout import Stage1Record, width_of
from mlocr.mail.code import DepthOfCode
from mlocr.mail.match import Match

ANSWER_FIELDS = (
    "zip5",
    "plus4",
    "delivery_point",
    "check_digit",
    "carrier_route",
    "city",
    "state",
    "urbanization",
    "firm",
    "primary_line",
    "second_line",
    "record_type",
    "dpv",
    "dpv_cmra",
    "dpv_no_stat",
    "dpv_vacant",
    "dpv_footnotes",
    "lacslink_indicator",
    "lacslink_code",
    "suitelink_code",
)
"""The fields this program answers; each is blanked first, so that no answer of the test giver is left standing."""

_LAST_LINE = re.compile(r"(?:(?P<city>.*?) )?(?:(?P<state>[A-Z]{2}) )?(?P<zip>[0-9]{5})(?:-[0-9]{4})?|(?P<rest>.*)")
_FLAGS = {"cmra": "dpv_cmra", "no_stat": "dpv_no_stat", "vacant": "dpv_vacant"}


def answer_values(match: Match) -> dict[str, str]:
    """The answer fields of one match; a field the match says nothing of is absent."""
    out: dict[str, str] = {}
    routing = match.routing
    if routing is not None:
        out |= {"zip5": routing.zip5, "plus4": routing.plus4, "delivery_point": routing.delivery_point}
        if routing.depth is DepthOfCode.DELIVERY_POINT:
            out["check_digit"] = routing.check_digit
        out["carrier_route"] = match.carrier_route
        if routing.plus4 and match.record_type:
            out["record_type"] = match.record_type.value
        out["primary_line"] = match.delivery_line
        out |= city_and_state(match.last_line)
    out |= _link_values(match)
    return {name: value for name, value in out.items() if value}


def city_and_state(last_line: str) -> dict[str, str]:
    """City and state of a standardized last line."""
    found = _LAST_LINE.fullmatch(last_line)
    if found is None or found["rest"]:
        city, _, state = last_line.rpartition(" ")
        return {"city": city, "state": state} if re.fullmatch("[A-Z]{2}", state) else {"city": last_line, "state": ""}
    return {"city": found["city"] or "", "state": found["state"] or ""}


def _link_values(match: Match) -> dict[str, str]:
    links = match.links
    out = {
        "dpv": links.dpv,
        "dpv_footnotes": "".join(links.dpv_footnotes),
        "lacslink_code": links.lacslink,
        "lacslink_indicator": "Y" if links.lacslink in ("A", "92") else "",
        "suitelink_code": links.suitelink,
    }
    return out | {name: "Y" for flag, name in _FLAGS.items() if flag in links.flags}


def answered(record: Stage1Record, values: Mapping[str, str]) -> Stage1Record:
    """The record with these answers and no others; a value longer than its field is cut at the field's end."""
    blank = dict.fromkeys(ANSWER_FIELDS, "")
    return record.with_values(blank | {name: _fitted(name, value) for name, value in values.items()})


def _fitted(name: str, value: str) -> str:
    plain = "".join(c if " " <= c <= "~" else " " for c in value)
    return plain[: width_of(name)].rstrip()
