"""Reading CTC posteriors: the best text, how sure it is, other readings, and the likelihood of any string.

Posteriors are (time, classes) float32, rows summing to one; class 0 is the blank, class i the i-th character of the
alphabet given. Case says nothing in an address and stops and commas little (Publication 28 leaves them out), so
confidences and likelihoods are taken after folding: lower case onto upper, light punctuation onto the blank.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Posteriors = NDArray[np.float32]

LIGHT = ".,;:'`\"_~^"  # folded onto the blank *ours*
NEVER = -1e9  # natural log of a likelihood that is as good as none
RESCALED = 8  # steps after which the likelihoods on their way are brought back to 1
LEAST = 1e-300


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The characters of the classes 1, 2, ... of one model."""

    characters: str

    def folded(self) -> tuple[str, NDArray[np.intp]]:
        """The folded characters (class i is the i-th, from 1), and for each class of the model its folded class."""
        kept = "".join(c for c in self.characters if c not in LIGHT and not c.islower())
        places = {c: i + 1 for i, c in enumerate(kept)}
        classes = [0, *(places.get(c.upper(), 0) if c not in LIGHT else 0 for c in self.characters)]
        return kept, np.array(classes, dtype=np.intp)


def fold(posteriors: Posteriors, classes: NDArray[np.intp]) -> Posteriors:
    """Sum the posteriors of classes that fold together."""
    folded = np.zeros((int(classes.max()) + 1, posteriors.shape[0]), dtype=np.float32)
    np.add.at(folded, classes, posteriors.T)
    return np.ascontiguousarray(folded.T)


def best_text(posteriors: Posteriors, characters: str) -> str:
    """Greedy decoding: the best class of each step, repeats merged, blanks dropped."""
    path = posteriors.argmax(axis=1)
    starts = np.flatnonzero(np.diff(path, prepend=-1))
    return "".join(characters[path[i] - 1] for i in starts if path[i])


def string_confidence(folded: Posteriors) -> float:
    """How sure the greedy text is, 0..1: the weakest of its characters and of the gaps between them.

    A character counts with its best posterior over its run of steps, spaces aside. A gap counts with its weakest
    blank, so that a character nearly dropped lowers the line too; the steps next to a character may hesitate between
    it and the blank, which costs nothing.
    """
    path = folded.argmax(axis=1)
    top = folded.max(axis=1)
    space = folded.shape[1] - 1
    starts = np.flatnonzero(np.diff(path, prepend=-1))
    if len(starts) < 2:
        label = int(path[0])
        return 1.0 if label == space else float(top.max()) if label else 0.0
    labels = path[starts]
    written = (labels != 0) & (labels != space)
    # Mass on the neighbouring characters is hesitation about where they stand, not about what is written.
    beside = np.where(written, labels, 0)
    before, after = np.append(0, beside[:-1]), np.append(beside[1:], 0)
    after[after == before] = 0
    lengths = np.diff(starts, append=len(path))
    steps = np.arange(len(path))
    calm = folded[:, 0] + folded[:, space]
    for neighbour in (np.repeat(before, lengths), np.repeat(after, lengths)):
        calm = calm + np.where(neighbour > 0, folded[steps, neighbour], 0.0)
    weakest = np.where(labels == 0, np.minimum.reduceat(calm, starts), 1.0)
    weakest = np.where(written, np.maximum.reduceat(top, starts), weakest)
    return float(np.clip(weakest.min(), 0.0, 1.0))


def other_texts(posteriors: Posteriors, characters: str, count: int, width: int = 10) -> tuple[str, ...]:
    """The likeliest texts other than the greedy one, best first: a CTC prefix search of `width` prefixes.

    Only classes above one percent are followed at each step.
    """
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}
    for row in posteriors:
        classes = np.flatnonzero(row > 0.01).tolist() or [int(row.argmax())]
        grown: dict[tuple[int, ...], list[float]] = {}
        for prefix, (blank, label) in beams.items():
            for c in classes:
                _grow(grown, prefix, (blank, label), c, float(row[c]))
        ranked = sorted(grown.items(), key=lambda item: -sum(item[1]))[:width]
        scale = sum(ranked[0][1]) or 1.0
        beams = {prefix: (p[0] / scale, p[1] / scale) for prefix, p in ranked}
    best = best_text(posteriors, characters)
    texts = ["".join(characters[c - 1] for c in prefix) for prefix in beams]
    return tuple(t for t in texts if t.strip() and t != best)[:count]


def _grow(
    grown: dict[tuple[int, ...], list[float]], prefix: tuple[int, ...], held: tuple[float, float], c: int, p: float
) -> None:
    """Carry one prefix over one step by class `c`: (ending in blank, ending in a label) likelihoods add up."""
    blank, label = held
    if c == 0:
        grown.setdefault(prefix, [0.0, 0.0])[0] += (blank + label) * p
        return
    if prefix and prefix[-1] == c:
        grown.setdefault(prefix, [0.0, 0.0])[1] += label * p
        grown.setdefault((*prefix, c), [0.0, 0.0])[1] += blank * p
        return
    grown.setdefault((*prefix, c), [0.0, 0.0])[1] += (blank + label) * p


def log_likelihoods(folded: Posteriors, characters: str, strings: Sequence[str]) -> NDArray[np.float64]:
    """Natural log of the exact CTC likelihood of each string, all at once (forward algorithm).

    Strings are folded as the posteriors are; a character outside the alphabet makes the likelihood nil.
    """
    places = {c: i + 1 for i, c in enumerate(characters)}
    labels = [[places.get(c, -1) for c in s.upper() if c not in LIGHT] for s in strings]
    length = max((len(x) for x in labels), default=0)
    states = np.zeros((len(labels), 2 * length + 1), dtype=np.intp)
    for i, row in enumerate(labels):
        states[i, 1 : 2 * len(row) : 2] = [max(c, 0) for c in row]
    steps = np.maximum(folded, 1e-12).astype(np.float64)
    # A label may follow another label directly unless it repeats it.
    skip = ((states[:, 2:] != 0) & (states[:, 2:] != states[:, :-2])).astype(np.float64)
    alpha = np.zeros(states.shape)
    alpha[:, :2] = steps[0][states[:, :2]]
    logs = np.zeros(len(labels))
    for at, row in enumerate(steps[1:], 1):
        grown = alpha.copy()
        grown[:, 1:] += alpha[:, :-1]
        grown[:, 2:] += alpha[:, :-2] * skip
        alpha = grown * row[states]
        if at % RESCALED == 0:
            most = np.maximum(alpha.max(axis=1), LEAST)
            alpha /= most[:, None]
            logs += np.log(most)
    ends = [2 * len(row) for row in labels]
    whole = [alpha[i, end] + (alpha[i, end - 1] if end else 0.0) for i, end in enumerate(ends)]
    nothing = [-1 in row or whole[i] <= 0.0 for i, row in enumerate(labels)]
    return np.array([NEVER if nothing[i] else np.log(whole[i]) + logs[i] for i in range(len(labels))])


@dataclass(frozen=True, slots=True, eq=False)
class PosteriorScorer:
    """A `LineScorer` over the looks at one line: the mean over looks of the exact CTC log likelihood.

    `weights` are the looks' shares in the mean, which add up to one; empty: all alike. What was asked once is kept.
    """

    looks: tuple[Posteriors, ...]
    characters: str
    weights: tuple[float, ...] = ()
    heard: dict[str, float] = field(default_factory=dict, repr=False)

    def score(self, strings: Sequence[str]) -> Sequence[float]:
        """Natural-log likelihood of each string; case and light punctuation say nothing."""
        new = [s for s in dict.fromkeys(strings) if s not in self.heard]
        if new:
            scores = [log_likelihoods(look, self.characters, new) for look in self.looks]
            mean = np.average(scores, axis=0, weights=self.weights or None)
            self.heard.update(zip(new, map(float, mean), strict=True))
        return [self.heard[s] for s in strings]
