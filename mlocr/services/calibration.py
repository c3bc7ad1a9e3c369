"""`mlocr calibrate`: decks with truth played with each engine, and how many codes are wrong at each certainty."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from mlocr.decks.format import Deck, Truth, read_deck, read_truth
from mlocr.decks.score import is_wrong
from mlocr.errors import BadInputError
from mlocr.services.decks import answered_rows
from mlocr.services.run import RunOptions, load_config, run
from mlocr.station.bootstrap import build_engine, reader_models
from mlocr.station.calibration import Calibration, write_calibrations
from mlocr.station.error_budget import Sample, curve
from mlocr.station.summary import RunSummary

FILE_NAME = "calibration.json"


@dataclass(frozen=True, slots=True)
class CalibrateOptions:
    """Decks to play, engines to play them with, where everything goes, and how."""

    decks: tuple[Path, ...]
    engines: tuple[str, ...]
    out: Path
    config: Path | None = None
    directory: Path | None = None
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """One letter as one engine had it: the digits encoded ("" for a reject) and their certainty."""

    digits: str
    certainty: float


Answers = Mapping[tuple[int, str], Answered]
"""By deck and file."""


def calibrate(
    options: CalibrateOptions, today: date, say: Callable[[str], None], progress: Callable[[RunSummary], None]
) -> tuple[Calibration, ...]:
    """Play the decks with each engine, and with all of them as a vote; write the file, and give what it holds.

    A vote encodes what all engines agree on: the coarser of two codes where one is the other's beginning, nothing
    where they differ. Raises BadInputError where a deck has no truth, and what a run raises.
    """
    decks = tuple(read_deck(path) for path in options.decks)
    truths = {(at, truth.file): truth for at, deck in enumerate(decks) for truth in _truths(deck)}
    given: dict[str, Answers] = {}
    found = []
    for engine in options.engines:
        answers: dict[tuple[int, str], Answered] = {}
        for at, deck in enumerate(decks):
            say(f"{engine} reads {deck.path}")
            out = options.out / f"{_plain(engine)}-{at + 1}"
            answers |= {(at, file): answer for file, answer in _played(options, engine, deck, out, today, progress)}
        given[engine] = answers
        found.append(_calibration(engine, _models(options, engine), decks, today, _samples(truths, [answers])))
    if len(options.engines) > 1:
        models = {f"{e}: {name}": value for e in options.engines for name, value in _models(options, e).items()}
        samples = _samples(truths, list(given.values()))
        found.append(_calibration("+".join(options.engines), models, decks, today, samples))
    write_calibrations(options.out / FILE_NAME, tuple(found))
    return tuple(found)


def _truths(deck: Deck) -> tuple[Truth, ...]:
    if not deck.truth_file.is_file():
        raise BadInputError(f"the deck {deck.path} has no truth.jsonl; a calibration needs to know what is right")
    return read_truth(deck.path)


def _plain(engine: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in engine)


def _settings(options: CalibrateOptions, engine: str) -> dict[str, object]:
    settings: dict[str, object] = {
        "reader.engine": engine,
        "reader.error_budget": 0.0,
        "run.sprayed": "none",
        "inkjet.driver": "file",
    }
    if options.workers is not None:
        settings["run.workers"] = options.workers
    return settings


def _models(options: CalibrateOptions, engine: str) -> dict[str, str]:
    config = load_config(options.config, _settings(options, engine)).config
    return reader_models(config, build_engine(config, options.decks[0] / "truth.jsonl"))


def _played(
    options: CalibrateOptions,
    engine: str,
    deck: Deck,
    out: Path,
    today: date,
    progress: Callable[[RunSummary], None],
) -> Iterable[tuple[str, Answered]]:
    play = RunOptions(
        config=options.config,
        deck=deck.path,
        directory=options.directory,
        out=out,
        settings=_settings(options, engine),
    )
    run(play, today, progress)
    for row, answer in answered_rows(out):
        certainty = row.get("certainty")
        yield answer.file, Answered(answer.digits, float(certainty) if isinstance(certainty, int | float) else 0.0)


def _samples(truths: Mapping[tuple[int, str], Truth], voices: Sequence[Answers]) -> list[Sample]:
    samples = []
    for key, truth in truths.items():
        answer = vote([voice.get(key, Answered("", 0.0)) for voice in voices])
        full = truth.expect.depth == 11 and answer.digits == truth.expect.digits
        certainty = answer.certainty if answer.digits else None
        samples.append(Sample(certainty, is_wrong(answer.digits, truth.expect), full))
    return samples


def vote(answers: Sequence[Answered]) -> Answered:
    """What all agree on, with the highest certainty any of them has: the shortest code if the others begin with it."""
    shortest = min((answer.digits for answer in answers), key=len)
    agreed = bool(shortest) and all(answer.digits.startswith(shortest) for answer in answers)
    return Answered(shortest, max(answer.certainty for answer in answers)) if agreed else Answered("", 0.0)


def _calibration(
    engine: str, models: Mapping[str, str], decks: Sequence[Deck], today: date, samples: Sequence[Sample]
) -> Calibration:
    return Calibration(
        engine=engine,
        models=models,
        version=version("mlocr"),
        deck=", ".join(deck.name for deck in decks),
        deck_sha256=_digest(decks),
        purpose="; ".join(dict.fromkeys(f"{deck.purpose} ({deck.origin})" for deck in decks)),
        made=today.isoformat(),
        points=curve(samples),
    )


def _digest(decks: Sequence[Deck]) -> str:
    """One hash over every image and truth, in playing order."""
    digest = hashlib.sha256()
    for deck in decks:
        for file in (*deck.images, deck.truth_file):
            digest.update(file.read_bytes())
    return digest.hexdigest()
