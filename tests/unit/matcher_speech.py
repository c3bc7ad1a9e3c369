"""The built-in matcher over the small directory, speaking the contract's `match` JSON: what outside engines answer."""

from __future__ import annotations

import json
import sys
from typing import Any

from fake_directory import small_directory

from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.match import Match
from mlocr.matching.match import Matcher


def block_of(question: dict[str, Any]) -> AddressBlock:
    lines = question["lines"]
    confidences = question.get("confidences") or [1.0] * len(lines)
    alternatives = question.get("alternatives") or [[]] * len(lines)
    rows = zip(lines, confidences, alternatives, strict=True)
    return AddressBlock(tuple(TextLine(text, sure, None, tuple(others)) for text, sure, others in rows))


def answer_of(question_id: object, match: Match) -> dict[str, Any]:
    routing = match.routing
    return {
        "id": question_id,
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
        "footnotes": list(match.footnotes),
        "return_code": match.return_code or None,
        "dpc_rule": match.delivery_point_rule or None,
        "trace": [{"rule": line.rule, "said": line.said} for line in match.trace],
    }


class Speech:
    """Question in, answer out, as text."""

    def __init__(self) -> None:
        self._matcher = Matcher(small_directory())

    def answer(self, text: str) -> str:
        question = json.loads(text)
        return json.dumps(answer_of(question["id"], self._matcher.match(block_of(question))))


def main() -> None:
    speech = Speech()
    for line in sys.stdin:
        sys.stdout.write(speech.answer(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
