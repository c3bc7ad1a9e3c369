"""`mlocr bench`: the whole line, each stage alone, and the scripted peer over the same letters in the same run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from mlocr.decks.format import Deck, read_deck, read_truth
from mlocr.decks.score import Answer, score
from mlocr.errors import UsageError
from mlocr.services.benchmark_figures import Comparison, Figures, PartResult, Spread, Tally, worst_tally
from mlocr.services.benchmark_peer import PeerError, PeerRun, missing, play_peer
from mlocr.services.benchmark_scene import Scene, scene_of
from mlocr.services.benchmark_stages import Bench, time_stages, time_wire, troubled
from mlocr.services.decks import make_deck
from mlocr.services.directories import RAW_ZIP4, resolve_directory
from mlocr.services.run import RunOptions, run, score_of
from mlocr.station.summary import RunSummary

PARTS = ("line", "locate", "read", "match", "mark", "wire", "peer")
STAGES = ("locate", "read", "match", "mark")
WITH = {"peer": ("line", "peer"), "read": ("locate", "read")}
"""Parts that are never played alone."""


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What is asked: one part or (empty) all, a deck or what to make one from, how often, how many processes.

    `psm` is the peer's page segmentation mode: 11 sparse text, 3 automatic.
    """

    part: str = ""
    deck: Path | None = None
    seed: int = 101
    count: int = 200
    difficulty: str = "normal"
    runs: int = 3
    workers: int = 2
    psm: int = 11


def parts_of(part: str) -> tuple[str, ...]:
    """The parts to play: the peer never without the line, reading never without locating. Raises UsageError."""
    if not part:
        return PARTS
    if part not in PARTS:
        raise UsageError(
            f"there is no part {part!r} of the benchmark; choose one of {', '.join(PARTS)}, or none for all"
        )
    return WITH.get(part, (part,))


def scene(options: BenchOptions, now: datetime) -> Scene:
    """Name this machine, its packages and the deck."""
    made = f"seed {options.seed}, {options.count} letters, {options.difficulty}"
    return scene_of(str(options.deck) if options.deck else made, options.runs, now)


def bench(options: BenchOptions, today: date, say: Callable[[str], None]) -> Iterator[PartResult]:
    """Measure part by part; `say` hears what is being done. Everything written lies in a temporary folder, then gone.

    Raises StationError of whatever does not fit; a peer that cannot be played is a skipped part.
    """
    parts = parts_of(options.part)
    if min(options.runs, options.workers) < 1:
        raise UsageError("--runs and --workers must be 1 or more; the line is measured with its processes")
    with tempfile.TemporaryDirectory(prefix="mlocr-bench-") as folder:
        yield from _measured(_opened(options, today, Path(folder), say), parts, options.psm)


def _opened(options: BenchOptions, today: date, work: Path, say: Callable[[str], None]) -> Bench:
    deck = read_deck(options.deck) if options.deck else _made(options, work / "deck", say)
    if deck.directory is None:
        raise UsageError(f"the deck {deck.path} names no postal directory; the benchmark needs a deck that has one")
    say("building the directory")
    directory = resolve_directory(deck.directory, work / "directories")
    return Bench(deck, directory, work, deck.as_of or today, today, options.runs, options.workers, say)


def _made(options: BenchOptions, out: Path, say: Callable[[str], None]) -> Deck:
    def done(letters: int) -> None:
        say(f"making the deck, {letters} of {options.count} letters")

    make_deck(out, seed=options.seed, count=options.count, difficulty=options.difficulty, done=done)
    return read_deck(out)


def _measured(bench: Bench, parts: tuple[str, ...], psm: int) -> Iterator[PartResult]:
    stages = [part for part in parts if part in STAGES]
    if stages:
        yield from time_stages(bench, stages)
    if "wire" in parts:
        yield time_wire(bench)
    if "line" in parts:
        yield from _rounds(bench, "peer" in parts, psm)


# --- the line and its peer --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Play:
    """One play of the whole deck."""

    letters: int
    per_second: float
    milliseconds: tuple[float, ...]
    tally: Tally | None
    troubled: int = 0


def _rounds(bench: Bench, with_peer: bool, psm: int) -> Iterator[PartResult]:
    """Line and peer by turns, round by round; the line alone where the peer cannot be played."""
    why_not = _peer_missing(bench) if with_peer else ""
    lines: list[_Play] = []
    peers: list[_Play] = []
    for number in range(bench.runs):
        lines.append(_play_line(bench, number))
        if with_peer and not why_not:
            bench.say(f"peer, run {number + 1} of {bench.runs}")
            try:
                peers.append(_play_peer(bench, psm))
            except PeerError as error:
                why_not = str(error)
    line = _together(lines, bench.workers)
    yield PartResult("line", line)
    if not with_peer:
        return
    if why_not:
        yield PartResult("peer", None, why_not)
        return
    peer = _together(peers, bench.workers)
    yield PartResult("peer", peer, "", Comparison.of(line, peer))


def _together(plays: list[_Play], processes: int) -> Figures:
    every = [each for play in plays for each in play.milliseconds]
    rates = tuple(play.per_second for play in plays)
    return Figures(
        letters=plays[0].letters,
        processes=processes,
        per_second=rates,
        milliseconds=Spread.of(every),
        tally=worst_tally([play.tally for play in plays]),
        troubled=sum(play.troubled for play in plays),
    )


def _play_line(bench: Bench, number: int) -> _Play:
    def progress(summary: RunSummary) -> None:
        bench.say(f"line, run {number + 1} of {bench.runs}, {summary.pieces} of {len(bench.deck.images)} letters")

    options = RunOptions(
        deck=bench.deck.path,
        directory=bench.directory,
        out=bench.work / f"line-{number}",
        settings={
            "run.sprayed": "none",
            "run.workers": bench.workers,
            # Serials of a benchmark are no mailer's: they are allotted and forgotten.
            "imb.serial_store": str(bench.work / "serials.db"),
        },
    )
    report = run(options, bench.today, progress)
    summary = report.summary
    if summary.interrupted:
        raise KeyboardInterrupt
    scored = score_of(report)
    rate = summary.pieces / summary.seconds if summary.seconds > 0 else 0.0
    tally = Tally.of(scored) if scored else None
    return _Play(summary.pieces, rate, tuple(summary.latencies_ms), tally, troubled(summary))


def _peer_missing(bench: Bench) -> str:
    return missing(bench.deck.directory)


def _play_peer(bench: Bench, psm: int) -> _Play:
    directory = bench.deck.directory
    if directory is None:
        raise PeerError(f"the peer makes its dictionary from {RAW_ZIP4}, which this deck lacks; give another deck")
    played = play_peer(bench.deck.images, directory, bench.workers, psm)
    rate = len(played.codes) / played.seconds if played.seconds > 0 else 0.0
    return _Play(len(played.codes), rate, played.milliseconds, peer_tally(bench.deck, played))


def peer_tally(deck: Deck, played: PeerRun) -> Tally | None:
    """The peer's codes scored exactly as the line's; None where the deck has no truth."""
    if not deck.truth_file.is_file():
        return None
    answers = [Answer(name, code) for name, code in sorted(played.codes.items())]
    return Tally.of(score(read_truth(deck.path), answers))
