"""What the training lines say: lines of addresses, and as many words and numbers that no directory holds.

A recogniser that had seen only one list of streets would read those streets into everything, so a good share of the
words is made up letter by letter or syllable by syllable, and numbers are drawn digit by digit. Lower case is for the
face only: the labels are capitals.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from pathlib import Path

from mlocr.matching.suffixes import SUFFIXES

_WORDS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text("utf-8"))
STATES = _WORDS["states"]
STATE_NAMES = _WORDS["state_names"]
DIRECTIONS = _WORDS["directions"]
UNITS = _WORDS["units"]
ALONE = _WORDS["alone"]
STREETS = _WORDS["streets"]
CITIES = _WORDS["cities"]
PLACE_ENDS = _WORDS["place_ends"]
NAMES = _WORDS["names"]
FIRM_WORDS = _WORDS["firm_words"]
FIRM_ENDS = _WORDS["firm_ends"]
ENDORSEMENTS = _WORDS["endorsements"]
ONSETS = _WORDS["onsets"]
VOWELS = _WORDS["vowels"]
CODAS = _WORDS["codas"]
SHORT_SUFFIXES = _WORDS["short_suffixes"]
BEFORE_CITY = _WORDS["before_city"]
AFTER_CITY = _WORDS["after_city"]
PUNCTUATION = ".,-/#&'():+%"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"


def digits(rng: random.Random, count: int) -> str:
    """`count` digits, any of them; now and then one repeated."""
    if rng.random() < 0.06:
        return rng.choice(DIGITS) * count
    return "".join(rng.choice(DIGITS) for _ in range(count))


def number(rng: random.Random) -> str:
    """A primary number: mostly plain, now and then with a letter, a fraction or a hyphen (Publication 28 D)."""
    plain = digits(rng, rng.choices((1, 2, 3, 4, 5, 6), (1, 2, 4, 5, 3, 0.4))[0])
    kind = rng.random()
    if kind < 0.9:
        return plain
    if kind < 0.94:
        return plain + rng.choice(LETTERS)
    if kind < 0.96:
        return f"{plain} 1/2"
    if kind < 0.98:
        return f"{plain}-{digits(rng, rng.randint(1, 3))}"
    return f"{rng.choice('NSEW')}{plain}{rng.choice('NSEW')}{digits(rng, 3)}"


def made_up(rng: random.Random) -> str:
    """A word that can be spoken and that nobody has listed."""
    syllables = rng.choices((1, 2, 3), (2, 4, 2))[0]
    return "".join(rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS) for _ in range(syllables))[:14]


def letters(rng: random.Random) -> str:
    """Letters without any sense: nothing can be guessed from their neighbours."""
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 8)))


def word(rng: random.Random, listed: list[str]) -> str:
    """A listed word, or one made up."""
    kind = rng.random()
    return rng.choice(listed) if kind < 0.45 else made_up(rng) if kind < 0.85 else letters(rng)


def ordinal(rng: random.Random) -> str:
    """A numbered street."""
    n = rng.choice((rng.randint(1, 20), rng.randint(1, 199)))
    end = "TH" if n % 100 in (11, 12, 13) else {1: "ST", 2: "ND", 3: "RD"}.get(n % 10, "TH")
    return f"{n}{end}" if rng.random() < 0.9 else str(n)


def unit(rng: random.Random) -> str:
    """A secondary unit (Publication 28 C2)."""
    if rng.random() < 0.1:
        return rng.choice(ALONE)
    value = rng.choice((
        digits(rng, rng.randint(1, 4)), rng.choice(LETTERS), digits(rng, rng.randint(1, 3)) + rng.choice(LETTERS),
        rng.choice(LETTERS) + digits(rng, rng.randint(1, 3)),
        rng.choice(LETTERS) + "-" + digits(rng, rng.randint(1, 2)),
    ))  # fmt: skip
    label = rng.choice(UNITS)
    return f"{label}{rng.choice(('', ' '))}{value}" if label == "#" else f"{label} {value}"


def street(rng: random.Random) -> str:
    """A delivery address line of a street."""
    parts = [number(rng)]
    if rng.random() < 0.3:
        parts.append(rng.choice(DIRECTIONS[:8] if rng.random() < 0.8 else DIRECTIONS))
    if rng.random() < 0.14:
        parts.append(ordinal(rng))
    else:
        parts += [word(rng, STREETS) for _ in range(rng.choices((1, 2), (4, 1))[0])]
    if rng.random() < 0.92:
        suffix = rng.choice(sorted(SUFFIXES)) if rng.random() < 0.4 else rng.choice(SHORT_SUFFIXES)
        parts.append(suffix + ("." if rng.random() < 0.04 else ""))
    if rng.random() < 0.12:
        parts.append(rng.choice(DIRECTIONS[:8]))
    if rng.random() < 0.3:
        parts.append(unit(rng))
    return " ".join(parts)


def other_delivery(rng: random.Random) -> str:
    """Boxes, routes, highways, Puerto Rico, military."""
    kind = rng.randrange(7)
    if kind < 3:
        box = rng.choice(("PO BOX", "PO BOX", "P.O. BOX", "BOX", "P O BOX", "POST OFFICE BOX", "PMB"))
        return f"{box} {digits(rng, rng.randint(1, 6))}"
    if kind == 3:
        route = rng.choice(("RR", "HC", "RURAL ROUTE"))
        return f"{route} {digits(rng, rng.randint(1, 3))} BOX {digits(rng, rng.randint(1, 4))}"
    if kind == 4:
        road = rng.choice(("HIGHWAY", "HWY", "COUNTY ROAD", "STATE ROAD", "FM", "US HWY", "INTERSTATE", "STATE ROUTE"))
        return f"{number(rng)} {road} {digits(rng, rng.randint(1, 4))}"
    if kind == 5:
        return f"{rng.choice(('URB', 'CALLE', 'COND', 'RES'))} {word(rng, STREETS)} {digits(rng, rng.randint(1, 3))}"
    return f"{rng.choice(('PSC', 'UNIT', 'CMR'))} {digits(rng, rng.randint(1, 5))} BOX {digits(rng, rng.randint(1, 5))}"


def city(rng: random.Random) -> str:
    """A city's name, listed or not."""
    kind = rng.random()
    if kind < 0.35:
        name = rng.choice(CITIES)
    elif kind < 0.8:
        name = (rng.choice(STREETS) if rng.random() < 0.4 else made_up(rng)[:7]) + rng.choice(PLACE_ENDS)
    else:
        name = made_up(rng)
    before, after = rng.choice(BEFORE_CITY), rng.choice(AFTER_CITY)
    return before + name + after


def last_line(rng: random.Random) -> str:
    """City, state and ZIP Code."""
    zip5 = digits(rng, 5)
    kind = rng.random()
    code = (
        zip5
        if kind < 0.45
        else f"{zip5}-{digits(rng, 4)}"
        if kind < 0.93
        else ""
        if kind < 0.97
        else zip5 + digits(rng, 4)
    )
    state = rng.choice(STATES) if rng.random() < 0.95 else rng.choice(STATE_NAMES)
    place = city(rng) if rng.random() < 0.97 else rng.choice(("APO", "FPO", "DPO"))
    comma = rng.choice(("", "", ","))
    return f"{place}{comma} {state}{rng.choice((' ', ' ', ' ', '  '))}{code}".strip()


def person(rng: random.Random) -> str:
    """A name line."""
    first, family = word(rng, NAMES), word(rng, NAMES)
    middle = rng.choice(("", "", f"{rng.choice(LETTERS)} ", f"{rng.choice(LETTERS)}. "))
    title = rng.choice(("", "", "", "MR ", "MS ", "MRS ", "DR ", "MR & MRS ", "REV. "))
    end = rng.choice(("", "", "", "", " JR", " SR", " III", " II", " MD", ", ESQ."))
    if rng.random() < 0.05:
        return f"{title}{first} AND {word(rng, NAMES)} {family}"
    return f"{title}{first} {middle}{family}{end}"


def firm(rng: random.Random) -> str:
    """A firm's name."""
    words = [word(rng, FIRM_WORDS) for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.2:
        words.insert(1, "&" if rng.random() < 0.6 else "OF")
    if rng.random() < 0.5:
        words.append(rng.choice(FIRM_ENDS))
    return " ".join(words)


def codes(rng: random.Random) -> str:
    """Keylines, sort codes and bare numbers: characters whose neighbours say nothing."""
    kind = rng.random()
    if kind < 0.35:
        return " ".join(digits(rng, rng.randint(1, 7)) for _ in range(rng.randint(1, 4)))
    if kind < 0.55:
        key = rng.choice(("BXN", "BWN", "XJB")) + letters(rng)[:4]
        return f"#{key} {'*' * rng.randint(0, 4)}AUTO**5-DIGIT {digits(rng, 5)}"
    mixed = LETTERS + DIGITS + DIGITS
    parts = ["".join(rng.choice(mixed) for _ in range(rng.randint(1, 8))) for _ in range(rng.randint(1, 4))]
    return rng.choice((" ", " ", "-", "/")).join(parts)


def prose(rng: random.Random) -> str:
    """Words in a row, some with punctuation, as in advertising and return corners."""
    words = [word(rng, FIRM_WORDS + STREETS + NAMES) for _ in range(rng.randint(1, 5))]
    if rng.random() < 0.4:
        at = rng.randrange(len(words))
        mark = rng.choice(PUNCTUATION + '!?$*"@_=;')
        words[at] = rng.choice((words[at] + mark, mark + words[at], f"{words[at]}{mark}{letters(rng)}"))
    return " ".join(words)


KINDS: tuple[tuple[Callable[[random.Random], str], float], ...] = (
    (street, 30), (other_delivery, 7), (last_line, 26), (person, 10), (firm, 8), (codes, 11), (prose, 6),
    (lambda rng: rng.choice(ENDORSEMENTS), 1.5), (unit, 1.5),
)  # fmt: skip


def cased(text: str, rng: random.Random, how: str) -> str:
    """The text as it is set: capitals, each word's first letter, or as it comes."""
    if how == "capitals":
        return text
    if how == "lower":
        return text.lower()
    words = [
        w if w in STATES or w in ("PO", "NE", "NW", "SE", "SW", "LLC", "II", "III") else w.capitalize()
        for w in text.split(" ")
    ]
    return " ".join(words)


def line(rng: random.Random, longest: int = 44) -> str:
    """One line in capitals, no longer than `longest`, never empty."""
    sampler = rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
    text = " ".join(sampler(rng)[:longest].split(" ")).strip()
    return text or digits(rng, 5)
