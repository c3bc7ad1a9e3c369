"""The question to an outside matcher: one block in the contract's `match` JSON, one line of ASCII."""

from __future__ import annotations

import json
import math
import secrets

from mlocr.mail.address import AddressBlock

PROBE_LINES = ("ARE YOU THERE",)
"""What an engine is asked when it has just been opened: any answer in the right form shows that it speaks."""


def fresh_id() -> str:
    """A number for one question that nobody can guess: a late answer to an old one is never taken for the new one's."""
    return secrets.token_hex(12)


def question(block: AddressBlock, question_id: str) -> bytes:
    """The block as one JSON object without a line end. Confidences and alternatives always go along, line by line.

    A line's scorer stays behind: it is a function over the image, and no text.
    """
    return _line(
        {
            "id": question_id,
            "lines": [line.text for line in block.lines],
            "confidences": [_share(line.confidence) for line in block.lines],
            "alternatives": [list(line.alternatives) for line in block.lines],
        }
    )


def probe(question_id: str) -> bytes:
    """The question that only asks whether anybody answers."""
    return _line({"id": question_id, "lines": list(PROBE_LINES)})


def _line(value: dict[str, object]) -> bytes:
    # ASCII throughout: a lone surrogate or a line separator inside a text cannot break the line.
    return json.dumps(value, ensure_ascii=True, allow_nan=False).encode("ascii")


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0) if math.isfinite(value) else 0.0
