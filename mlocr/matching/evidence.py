"""Which other readings of a line its image allows: the reader's alternatives, and look-alike digits by the scorer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mlocr.mail.address import TextLine
from mlocr.matching.settings import MatchSettings
from mlocr.matching.text import normal

# Digits that print, smear or fade into one another (*ours*).
_NEAR_DIGITS = {
    **{"0": "689", "1": "47", "2": "73", "3": "8592", "4": "91", "5": "638"},
    **{"6": "850", "7": "12", "8": "36095", "9": "4803"},
}
_MOST = 48


def digit_variants(text: str) -> list[str]:
    """The text with one digit replaced by a look-alike, every place and digit, at most 48."""
    found = [text[:at] + near + text[at + 1 :] for at, digit in enumerate(text) for near in _NEAR_DIGITS.get(digit, "")]
    return found[:_MOST]


def other_readings(line: TextLine, settings: MatchSettings) -> list[str]:
    """The readings that stay possible beside the line's text, likeliest first.

    With a scorer: alternatives and digit variants within `sure_margin` of the text. Without: all alternatives, unless
    the line was read with `sure_confidence`.
    """
    texts = [a for a in line.alternatives if normal(a) != normal(line.text)]
    if line.scorer is None:
        return texts if line.confidence < settings.sure_confidence else []
    if line.confidence < settings.digit_checks:
        texts += digit_variants(line.text)
    texts = list(dict.fromkeys(texts))
    if not texts:
        return []
    scores = _scores(line, [line.text, *texts])
    if scores is None:
        return list(line.alternatives)
    held = [
        (score, text) for score, text in zip(scores[1:], texts, strict=True) if score > scores[0] - settings.sure_margin
    ]
    return [text for _, text in sorted(held, key=lambda each: -each[0])]


def _scores(line: TextLine, texts: Sequence[str]) -> list[float] | None:
    if line.scorer is None:
        return None
    scores = [float(s) for s in line.scorer.score(texts)]
    return scores if len(scores) == len(texts) and not any(math.isnan(s) for s in scores) else None
