"""Reading directed by the directory: a line read badly, its words taken for those that the directory knows (*ours*).

Worn print leaves letters that a reader takes for others: 1241 MUNKUE HVE. Words of the streets that the ZIP Code has,
of suffixes, units, boxes and routes are put in their place, the line's scorer says how well the image bears each line
so made, and the directory says which of them is an address. One stands only where the image bears no other address
nearly as well, where it allows no other number, and where no like word of no street there explains the image better.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nsmallest
from string import ascii_uppercase

from rapidfuzz import process
from rapidfuzz.distance import OSA

from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.code import DepthOfCode
from mlocr.mail.match import Match, TraceLine
from mlocr.matching.basis import Basis
from mlocr.matching.cities import Cities, Standing
from mlocr.matching.dead_pin import COST, without_tops
from mlocr.matching.designators import DESIGNATORS
from mlocr.matching.evidence import finite_scores, numbers_are_sure
from mlocr.matching.fuzzy import OWN_WORDS
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.last_line import read_last_line
from mlocr.matching.line_kinds import has_digit, is_attention, is_endorsement, is_occupant
from mlocr.matching.settings import MatchSettings
from mlocr.matching.suffixes import COMMON_SUFFIXES, SUFFIXES
from mlocr.matching.text import digits_of, fold, normal
from mlocr.matching.words import DIRECTIONALS

_BOXES = """PO P O POST OFFICE BOX RR HC HCR RFD STAR RURAL ROUTE RTE HIGHWAY HWY CONTRACT STATE COUNTY US ROAD GENERAL
DELIVERY # PMB DRAWER CALLER"""
_FORMS = frozenset((*_BOXES.split(), *DIRECTIONALS, *SUFFIXES, *DESIGNATORS))
_GLUED = re.compile(r"^(\d[\d.-]*)[A-Z]{3,}$")
_ORDINAL = re.compile(r"^[0-9OILSBZ]{1,3}(?:ST|ND|RD|TH)$")
_MARKS = re.compile(r"[.-]")
_LETTERED_DIRECTIONS = ("N", "S", "E", "W")
_LIKELY = tuple(
    dict.fromkeys((*_LETTERED_DIRECTIONS, "NE", "NW", "SE", "SW", *_BOXES.split(), *sorted(COMMON_SUFFIXES)))
)
_ZIP_AT_END = re.compile(r"(?P<zip>[0-9A-Z|?]{5})(?:\s?[- ]\s?(?P<plus>[0-9A-Z|?]{4}))?$")

_MOST_BASES = 5
_MOST_ZIPS = 4
_MOST_OPTIONS = 4  # words for one word
_MOST_FORMS = 6  # for one of two letters at the most
_SHORT_FORM = 2
_LONGEST_WORD = 30
_MOST_LINES = 48  # of one reading
_MOST_ASKED = 10
_FAR = 0.5  # of a word's letters that may be read for others
_BEHIND = 8.0  # natural-log likelihood by which a line may be behind the best one and still be asked for
_OTHER_WORDS = 1.0  # the same, behind a line of other known words that is no address
_SHORT_WORD = 5  # letters: of so short a name the image must bear each letter best
_CITY = 1.0  # for each letter of the city


@dataclass(frozen=True, slots=True)
class _Made:
    """A line made of known words, its log likelihood, and whether each of its words is a known one."""

    text: str
    score: float
    known: bool


Answered = tuple[Match, Basis]
Answer = Callable[[AddressBlock], Answered]


class Directed:
    """Reads badly read lines by what one directory holds; its memory is bounded."""

    def __init__(self, gazetteer: Gazetteer, cities: Cities, settings: MatchSettings) -> None:
        self._gazetteer = gazetteer
        self._cities = cities
        self._settings = settings
        self._names = lru_cache(maxsize=64)(self._names_of)
        self._words = lru_cache(maxsize=64)(self._words_of)

    def answer(self, block: AddressBlock, found: Match, answer: Answer) -> Answered | None:
        """A full code for a block whose answer `found` is none; None where the image and the directory give none."""
        if found.routing is not None and found.routing.depth is DepthOfCode.DELIVERY_POINT:
            return None
        last = max((at for at, line in enumerate(block.lines) if line.text.strip()), default=0)
        if not any(self._is_weak(line) for line in block.lines[max(0, last - 3) : last + 1]):
            return None
        placed = self._placed(block, last)
        if placed is None:
            return None
        block, zips = placed
        for at in range(last - 1, max(-1, last - 4), -1):
            line = block.lines[at]
            if self._is_delivery(line) and (mended := self._delivered(block, at, zips, answer)) is not None:
                match, basis = mended
                said = TraceLine(
                    "directed_reading", "words were read as the directory has them, as the image bears out"
                )
                return replace(match, trace=(*match.trace, said)), basis
        return None

    def _is_weak(self, line: TextLine) -> bool:
        return line.scorer is not None and line.confidence < self._settings.sure_confidence

    def _is_delivery(self, line: TextLine) -> bool:
        text = normal(line.text)
        aside = is_attention(text) or is_occupant(text) or is_endorsement(text)
        return line.scorer is not None and not aside and any(map(has_digit, (text, *line.alternatives)))

    # --- the last line ----------------------------------------------------------------------------------------------

    def _placed(self, block: AddressBlock, last: int) -> tuple[AddressBlock, tuple[str, ...]] | None:
        """The block with a last line that the directory knows, and its ZIP Codes; None where there is none."""
        line = block.lines[last]
        parts, _ = read_last_line(normal(line.text))
        place = self._cities.place(parts) if parts.zip5 or parts.city else None
        if place is not None and place.zips and place.standing in (Standing.AGREE, Standing.SAME_OFFICE):
            return block, place.zips
        if place is not None and place.zips and not parts.city:
            return block, place.zips
        made = self._last_lines(line) if line.confidence < self._settings.sure_confidence else {}
        scores = finite_scores(line, [normal(line.text), *made])
        if not made or scores is None:
            return None
        ranked = sorted(zip(scores[1:], made, strict=True), reverse=True)
        best, weighed = ranked[0]
        zip5, text = made[weighed]
        other = max((score for score, t in ranked if made[t][0] != zip5), default=-math.inf)
        letters = sum(c.isalpha() for c in text)
        if best - other < self._settings.sure_margin or scores[0] - best > _CITY * letters:
            return None
        lines = (*block.lines[:last], replace(line, text=text), *block.lines[last + 1 :])
        return replace(block, lines=lines), (zip5,)

    def _last_lines(self, line: TextLine) -> dict[str, tuple[str, str]]:
        """City, state and ZIP Code of every ZIP Code that one of the readings ends in, as they are to be weighed.

        To the ZIP Code, and the line without an add-on that cannot be read.
        """
        made: dict[str, tuple[str, str]] = {}
        for text in (line.text, *line.alternatives):
            found = _ZIP_AT_END.search(normal(text))
            zip5 = digits_of(found["zip"]) if found else ""
            plus = (found["plus"] or "") if found else ""
            for detail in self._gazetteer.directory.cities_of_zip(zip5) if zip5 else ():
                for name in filter(None, (detail.name, detail.abbreviation)):
                    last = f"{name} {detail.state} {zip5}"
                    read = f"-{digits_of(plus)}" if digits_of(plus) else ""
                    made[f"{last}-{plus}" if plus else last] = zip5, last + read
        return made

    # --- the delivery line ------------------------------------------------------------------------------------------

    def _delivered(self, block: AddressBlock, at: int, zips: Sequence[str], answer: Answer) -> Answered | None:
        """The answer with line `at` as the directory has it, if just one address is borne out by the image."""
        line = block.lines[at]
        ranked = self._made(line, zips)
        margin = self._settings.sure_margin
        chosen: tuple[_Made, Answered] | None = None
        for made in ranked[:_MOST_ASKED]:
            if chosen is not None and made.score < chosen[0].score - margin:
                break
            match, basis = answer(_with_line(block, at, self._as_read(line, made.text)))
            if match.routing is None or match.routing.depth is not DepthOfCode.DELIVERY_POINT:
                continue
            if chosen is None:
                chosen = made, (match, basis)
            elif match.routing != chosen[1][0].routing:
                return None  # another address that the image bears out nearly as well
        names = self._names(tuple(zips[:_MOST_ZIPS]))
        if chosen is None or not self._stands(line, chosen[0], ranked, names):
            return None
        return chosen[1]

    def _as_read(self, line: TextLine, text: str) -> TextLine:
        return replace(line, text=text, confidence=max(line.confidence, self._settings.minimum_confidence))

    def _stands(self, line: TextLine, made: _Made, ranked: Sequence[_Made], names: frozenset[str]) -> bool:
        """Whether the image allows no other number, nor other words that are no street there."""
        if any(other.known and other.score > made.score + _OTHER_WORDS for other in ranked):
            return False
        own, read = _numbers(made.text), _numbers(normal(line.text))
        if read and read != own:
            return False  # the best look at the line has other numbers than all looks together
        best = max(other.score for other in ranked if _numbers(other.text) == own)
        others = max((other.score for other in ranked if _numbers(other.text) != own), default=-math.inf)
        if best - others < self._settings.sure_margin:
            return False
        if not numbers_are_sure(self._as_read(line, made.text), self._settings):
            return False
        return self._letters_stand(line, made, names)

    def _letters_stand(self, line: TextLine, made: _Made, names: frozenset[str]) -> bool:
        """Whether words that were not read so are borne out: a short name letter by letter, a longer one less so.

        A short name that was read as another by one letter (RING, where KING is a street) must be surely the other. A
        suffix, unit or box that is no word of a street's name needs no such proof: what it may be is known.
        """
        read = set(normal(line.text).split())
        rivals: list[tuple[str, float]] = []
        words = made.text.split()
        for at, word in enumerate(words):
            if word in read or not word.isalpha():
                continue
            if word in _LETTERED_DIRECTIONS:
                rivals += [(_put(words, at, d), 0.0) for d in _LETTERED_DIRECTIONS if d != word]
            elif word in names or word not in _FORMS:
                long = len(word) > _SHORT_WORD
                spare, own = (len(word) - _SHORT_WORD + 1.0,) * 2 if long else (0.0, -self._settings.sure_margin)
                rivals += [(_put(words, at, o), own if o in read else spare) for o in _one_letter(word)]
        scores = finite_scores(line, [text for text, _ in rivals])
        if scores is None:
            return False
        return all(score <= made.score + spare for score, (_, spare) in zip(scores, rivals, strict=True))

    # --- lines of known words ---------------------------------------------------------------------------------------

    def _made(self, line: TextLine, zips: Sequence[str]) -> list[_Made]:
        """The lines that the readings may stand for, best first; those far behind the best are left out."""
        words = self._words(tuple(zips[:_MOST_ZIPS]))
        known = frozenset(words)
        texts: dict[str, bool] = {}
        printed: dict[tuple[str, str], float] = {}
        for base in dict.fromkeys(normal(t) for t in (line.text, *line.alternatives[:_MOST_BASES])):
            for made in _mixed(base.split(), words):
                text = " ".join(made)
                texts.setdefault(text, all(word in known or _is_number(word) for word in made))
                seen, lost = without_tops(made, base.split())
                printed[text, text] = 0.0
                printed.setdefault((text, seen), COST * lost)
        scores = finite_scores(line, [seen for _, seen in printed])
        if not texts or scores is None:
            return []
        best: dict[str, float] = {}
        for ((text, _), cost), score in zip(printed.items(), scores, strict=True):
            best[text] = max(best.get(text, -math.inf), score - cost)
        found = [_Made(text, score, texts[text]) for text, score in best.items()]
        found.sort(key=lambda made: -made.score)
        return [made for made in found if made.score > found[0].score - _BEHIND]

    def _words_of(self, zips: tuple[str, ...]) -> tuple[str, ...]:
        """Every known word, the likeliest first: of equally near ones the first are taken."""
        rest = (self._names(zips) | _FORMS | OWN_WORDS) - frozenset(_LIKELY)
        names = self._names(zips)
        return (*_LIKELY, *sorted(rest, key=lambda word: (word not in names, word)))

    def _names_of(self, zips: tuple[str, ...]) -> frozenset[str]:
        """Every word of a street's name in these ZIP Codes; PO BOX and RR 1 are none."""
        names = (name for zip5 in zips for name in self._gazetteer.street_names(zip5))
        return frozenset(word for name in names for word in name.split()) - frozenset(_BOXES.split())


def _mixed(words: Sequence[str], known: Sequence[str]) -> list[tuple[str, ...]]:
    """The word itself or one of those it may stand for, in every place; the nearest lines first."""
    mixed: list[tuple[tuple[str, ...], float]] = [((), 0.0)]
    for word in words:
        options = _options(word, known)
        grown = [((*made, w), cost + far) for made, cost in mixed for w, far in options]
        mixed = nsmallest(_MOST_LINES, grown, key=lambda each: each[1])
    return [made for made, _ in mixed]


def _options(word: str, known: Sequence[str]) -> list[tuple[str, float]]:
    """A word and what it may stand for, each with how far off it is."""
    own = [(word, 0.0)]
    if word.isdecimal() or len(word) > _LONGEST_WORD:
        return own
    alike = any(c.isdigit() for c in word)
    if alike and (read := digits_of(word)):
        own.append((read, 0.5))
    most = _MOST_OPTIONS if len(word) > _SHORT_FORM else _MOST_FORMS
    reach = max(1, round(_FAR * len(word)))
    near = process.extract(word, known, scorer=OSA.distance, score_cutoff=reach, limit=most, processor=None)
    return own + [(w, float(d)) for w, d, _ in near if d and any(c.isdigit() for c in w) == alike]


def _numbers(text: str) -> tuple[str, ...]:
    """The numbers of a line, look-alike letters in them read as digits; 7TH is a name, 291HIGHLAND begins with one."""
    found: list[str] = []
    for word in text.split():
        glued = _GLUED.match(word)
        if glued is not None and not _ORDINAL.match(word):
            found.append(_MARKS.sub("", glued[1]))
        elif _is_number(word):
            bare = _MARKS.sub("", word)
            found.append(digits_of(bare) or bare)
    return tuple(found)


def _is_number(word: str) -> bool:
    return 3 * sum(c.isdigit() for c in word) >= 2 * len(word)


def _one_letter(word: str) -> Iterator[str]:
    """A word with one letter changed."""
    for at, char in enumerate(word):
        for other in ascii_uppercase:
            if fold(other) != fold(char):  # MIIL is MILL: nobody tells them apart
                yield word[:at] + other + word[at + 1 :]


def _put(words: Sequence[str], at: int, word: str) -> str:
    return " ".join((*words[:at], word, *words[at + 1 :]))


def _with_line(block: AddressBlock, at: int, line: TextLine) -> AddressBlock:
    return replace(block, lines=(*block.lines[:at], line, *block.lines[at + 1 :]))
