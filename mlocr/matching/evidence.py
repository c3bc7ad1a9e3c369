"""Which other readings of a line its image allows: the reader's alternatives, and look-alike digits by the scorer."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from mlocr.mail.address import TextLine
from mlocr.matching.settings import MatchSettings
from mlocr.matching.text import normal

_POINT_BEHIND_NUMBER = re.compile(r"(?<=[0-9])\.(?=\s+[A-Za-z])")
_ALL_DIGITS = "0123456789"
_MOST = 90
_MOST_NUMBERS = 160


def digit_variants(text: str) -> list[str]:
    """The text with one digit replaced by any other, every place, at most 90."""
    places = [at for at, char in enumerate(text) if char in _ALL_DIGITS]
    found = [text[:at] + other + text[at + 1 :] for at in places for other in _ALL_DIGITS if other != text[at]]
    return found[:_MOST]


def number_variants(text: str) -> list[str]:
    """The text with one digit of a number replaced by any other, left out, or one more put in.

    No house number begins with a zero, so the line's first digit is replaced by none.
    """
    found: dict[str, None] = {}
    for at, char in enumerate(text):
        if char.isdigit() and char.isascii():
            found.update(dict.fromkeys(text[:at] + d + text[at + 1 :] for d in "0123456789" if d != char))
            found.update(dict.fromkeys(text[: at + 1] + d + text[at + 1 :] for d in "0123456789"))
            if text[at - 1 : at].isdigit() or text[at + 1 : at + 2].isdigit():
                found[text[:at] + text[at + 1 :]] = None
    return [other for other in found if not zero_put_first(text, other)][:_MOST_NUMBERS]


def zero_put_first(text: str, other: str) -> bool:
    """Whether another reading begins with a zero where a line begins with another digit: no house number does."""
    return other.startswith("0") and text[:1].isdecimal() and text[0] != "0"


def numbers_are_sure(line: TextLine, settings: MatchSettings) -> bool:
    """Whether a badly read line's numbers stand all the same: its image speaks clearly against any other digits."""
    if line.scorer is None or line.confidence < settings.hopeless_confidence:
        return False
    text = normal(line.text)
    scores = _scores(line, [text, *number_variants(text)])
    return scores is not None and all(score < scores[0] - settings.sure_margin for score in scores[1:])


def punctuated(line: TextLine, settings: MatchSettings) -> str:
    """The line's text, a point behind a number taken for the comma that it may be: RR 1. BOX 145.

    A point may be what is left of a digit; only where the image allows no other number is it punctuation.
    """
    text = _POINT_BEHIND_NUMBER.sub(",", line.text)
    return text if text != line.text and numbers_are_sure(line, settings) else line.text


def allowed_beside(line: TextLine, texts: Sequence[str], settings: MatchSettings) -> list[str]:
    """Those of `texts` (in normal form) that the image explains nearly as well as the line's own text."""
    if line.scorer is None or line.confidence >= settings.digit_checks or not texts:
        return []
    scores = _scores(line, [normal(line.text), *texts])
    if scores is None:
        return list(texts)
    return [text for text, score in zip(texts, scores[1:], strict=True) if score > scores[0] - settings.sure_margin]


def other_readings(line: TextLine, settings: MatchSettings) -> list[str]:
    """The readings that stay possible beside the line's text, likeliest first.

    With a scorer: alternatives and digit variants within `sure_margin` of the text. Without: all alternatives, unless
    the line was read with `sure_confidence`.
    """
    if not line.alternatives and line.scorer is None:
        return []
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


def finite_scores(line: TextLine, texts: Sequence[str]) -> list[float] | None:
    """What the line's scorer says of each text; None where there is none, or where it says nonsense."""
    scores = _scores(line, texts)
    return scores if scores is not None and all(math.isfinite(s) for s in scores) else None


def _scores(line: TextLine, texts: Sequence[str]) -> list[float] | None:
    if line.scorer is None:
        return None
    scores = [float(s) for s in line.scorer.score(texts)]
    return scores if len(scores) == len(texts) and not any(math.isnan(s) for s in scores) else None
