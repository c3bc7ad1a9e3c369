"""Kill the station at random points, start it again each time, and hold what it says against the ink on the letters.

    python -m benchmarks.kill_station --kills 300 --seed 1 --device mock

Belt and device run in a process of their own that lives on (`benchmarks.kill_line`). The station runs in a child that
is killed with SIGKILL after a random time, again and again, always into the same output folder; the last one runs to
the end. Then every letter is looked at: what the journal says of it, what the results say, what fell onto it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import cv2

from benchmarks.kill_line import DOTS, DPI
from benchmarks.kill_parts import SPOOL, watching
from mlocr.decks.format import Deck
from mlocr.mail.address import Reading
from mlocr.mail.code import RoutingCode, TrackingCode
from mlocr.mail.image import ImageLift
from mlocr.marking.head import on_head
from mlocr.marking.spray import make_mark
from mlocr.pictures import load_lift
from mlocr.reading.letter import find_letter
from mlocr.services.decks import make_deck
from mlocr.services.directories import UsableDirectory, usable_directory
from mlocr.services.journals import verify
from mlocr.services.product_lock import ProductLock
from mlocr.services.run import load_config
from mlocr.station import bootstrap
from mlocr.station.bootstrap import EncoderSpec, RunRequest, StationEncoder, build_plan, build_runner
from mlocr.station.config import SIMULATED_MACHINE_ID
from mlocr.station.journal import all_entries
from mlocr.station.recovery import rows_of
from mlocr.station.timed import HurriedReader
from mlocr.station.unfinished import PieceRecord, read_run

SETTINGS: dict[str, Any] = {
    "reader.engine": "truth",
    "run.workers": 0,
    "run.sprayed": "none",
    "mark.head_dpi": DPI,
    "mark.head_swath_in": DOTS / DPI,
    "inkjet.driver": "benchmarks.kill_parts:open_port",
}
LONGEST_S = 2.0
READY_S = 120
STARTING_SHARE = 0.25
"""Lives that are killed without waiting until they are ready: while they start, ask the device, end pieces."""
HOST_SILENT_MS = 300


@dataclass(slots=True)
class Findings:
    """What was counted. The first five must be zero."""

    double_sprays: int = 0
    foreign_marks: int = 0
    lost_rows: int = 0
    pieces_without_one_end: int = 0
    ends_that_contradict_the_ink: int = 0
    kills: int = 0
    letters_fed: int = 0
    pieces: int = 0
    sprayed_letters: int = 0
    runs_resumed: int = 0
    told_after_a_kill: Mapping[str, int] = field(default_factory=dict)
    ends: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    examples: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Nothing was sprayed twice, nothing lost."""
        wrong = self.double_sprays + self.foreign_marks + self.lost_rows + self.pieces_without_one_end
        return wrong + self.ends_that_contradict_the_ink == 0

    def as_json(self) -> dict[str, object]:
        """One object for the record."""
        return {name: getattr(self, name) for name in self.__slots__} | {"ends": dict(sorted(self.ends.items()))}


class Remembering:
    """A reader that remembers what it has read by the picture's name: reading is not what is proved here."""

    readings: ClassVar[dict[str, Reading]] = {}

    def __init__(self, reader: HurriedReader) -> None:
        self._reader = reader

    def read(self, lift: ImageLift, left: Callable[[], float] | None = None) -> Reading:
        """The reading, read once; children of this process have it from the start."""
        name = Path(lift.source).name
        if name not in self.readings:
            self.readings[name] = self._reader.read(lift)
        return self.readings[name]


class QuickEncoder(StationEncoder):
    """The station's encoder with readings remembered; matching and marks are made anew for every letter."""

    def __init__(self, spec: EncoderSpec) -> None:
        super().__init__(spec)
        self._reader = Remembering(self._reader)


def warm(deck: Deck, directory: Path) -> None:
    """Read every picture once, in this process, whose children need not then."""
    bootstrap.build_encoder = QuickEncoder
    config = load_config(None, SETTINGS | {"mark.symbology": "postnet"}).config
    encoder = QuickEncoder(EncoderSpec(config, directory, SIMULATED_MACHINE_ID, deck.truth_file, deck.as_of))
    for picture in deck.images:
        encoder.encode(load_lift(picture, deck.dpi, None), None)
    encoder.close()


class Proof:
    """One line process, and one life of the station after the other beside it."""

    def __init__(self, folder: Path, deck: Deck, device: str, pace: float, seed: int) -> None:
        self._folder = folder
        self._deck = deck
        self._out = folder / "out"
        self._chance = random.Random(seed)
        words = ["--folder", str(folder), "--deck", str(deck.path), "--device", device, "--pace", str(pace)]
        (folder / SPOOL).touch()
        self._line = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.kill_line", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._hear("ready")
        self.found = Findings()
        # Once, not in every life: a station that is killed while it checks a seal proves little.
        self._directory = usable_directory(
            _named(deck.directory), folder / "directory", _named(deck.as_of), ProductLock(None), lambda _sentence: None
        )
        warm(deck, self._directory.path)

    def _hear(self, word: str) -> None:
        said = self._line.stdout.readline().strip() if self._line.stdout else ""
        if said != word:
            raise SystemExit(f"the line's process said {said!r} where {word!r} was due; look at its errors above")

    def _tell(self, word: str) -> None:
        if self._line.stdin is not None:
            self._line.stdin.write(word + "\n")
            self._line.stdin.flush()

    def lives(self, kills: int, say: Callable[[str], None]) -> None:
        """So many lives that are killed, and one that ends."""
        began = time.monotonic()
        for number in range(kills):
            child = self._life(number)
            if self._chance.random() > STARTING_SHARE:
                self._await(child, number)
            time.sleep(self._chance.uniform(0.0, LONGEST_S))
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            if not os.WIFSIGNALED(status):
                raise SystemExit(f"life {number} ended by itself: {self._log(number).read_text()[-2000:]}")
            self.found.kills += 1
            if (number + 1) % 25 == 0:
                say(f"{number + 1} kills in {time.monotonic() - began:.0f} s")
        child = self._life(kills)
        self._await(child, kills)
        time.sleep(LONGEST_S)
        self._tell("end")
        _, status = os.waitpid(child, 0)
        self._hear("empty")
        self._tell("done")
        self._line.wait(20)
        self.found.seconds = round(time.monotonic() - began, 1)
        if status:
            raise SystemExit(f"the last life failed: {self._log(kills).read_text()[-2000:]}")

    def _await(self, child: int, number: int) -> None:
        """Wait until this life is ready for letters."""
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            if watching(self._folder, child).exists():
                return
            time.sleep(0.005)
        raise SystemExit(f"life {number} was not ready after {READY_S} s: {self._log(number).read_text()[-2000:]}")

    def _log(self, number: int) -> Path:
        return self._folder / f"life-{number}.log"

    def _life(self, number: int) -> int:
        """A child that runs the station. Everything is imported here already, so it starts as fast as it dies."""
        child = os.fork()
        if child:
            return child
        with self._log(number).open("w") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            try:
                run_station(self._folder, self._deck, self._out, self._directory)
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(1)

    def look(self) -> None:
        """Hold journal, results and letters against one another."""
        Inspection(self._folder, self._deck, self._out, self.found).all()


class Inspection:
    """What the records say and what fell onto the letters."""

    def __init__(self, folder: Path, deck: Deck, out: Path, found: Findings) -> None:
        self._found = found
        told = json.loads((folder / "letters.json").read_text())
        self._letters = {f"{each['boot']:08x}-{each['number']}": each for each in told if each["number"]}
        self._fed = len(told)
        self._journal = out / "journal.db"
        entries = list(all_entries(self._journal))
        self._entries = entries
        self._run = read_run(entries, 1)
        self._rows = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
        self._anchors = folder / "anchors.txt"
        self._marks = Marks(deck)

    def all(self) -> None:
        """Every check."""
        found = self._found
        verify(self._journal, files=[self._anchors])
        found.letters_fed, found.pieces = self._fed, len(self._run.pieces)
        found.ends = Counter(piece.disposition for piece in self._run.pieces.values())
        found.runs_resumed = self._run.resumed
        details = Counter(
            str(entry.body["detail"]) for entry in self._entries if entry.kind == "disposition" and entry.body["detail"]
        )
        found.told_after_a_kill = {text: count for text, count in details.items() if text.startswith("the station")}
        self._every_piece_has_one_end()
        self._no_row_is_lost()
        for label, letter in self._letters.items():
            self._letter(label, letter)

    def _note(self, what: str) -> None:
        if len(self._found.examples) < 20:
            self._found.examples.append(what)

    def _every_piece_has_one_end(self) -> None:
        ends = Counter(entry.piece for entry in self._entries if entry.kind == "disposition")
        for label in self._run.pieces:
            if ends[label] != 1:
                self._found.pieces_without_one_end += 1
                self._note(f"{label} has {ends[label]} ends")

    def _no_row_is_lost(self) -> None:
        known = {label for label in self._run.pieces if not label.startswith("frame-")}
        late = {str(entry.body["piece"]) for entry in self._entries if entry.kind == "entered_late"}
        rows = Counter(row["piece_id"] for row in self._rows if row["piece_id"])
        untold = sum(int(str(entry.body["count"])) for entry in self._entries if entry.kind == "events_lost")
        missing = set(self._letters) - known - late  # told of after its frame had been given up: that has the row
        if len(missing) > untold:
            self._found.lost_rows += len(missing) - untold
            self._note(f"letters the device saw and no row tells of: {sorted(missing)[:5]}")
        for label in known:
            if rows[label] != 1:
                self._found.lost_rows += 1
                self._note(f"{label} has {rows[label]} rows in the results")
        if list(map(_untimed, rows_of(self._run))) != list(map(_untimed, self._rows)):
            self._found.lost_rows += 1
            self._note("the results are not what the journal says")

    def _letter(self, label: str, letter: dict[str, Any]) -> None:
        found = self._found
        piece = self._run.pieces.get(label)
        columns, ticks = letter["columns"], letter["ticks"]
        if columns:
            found.sprayed_letters += 1
        if any(later <= before for before, later in itertools.pairwise(ticks)):
            found.double_sprays += 1
            self._note(f"{label}: columns fell at {len(ticks)} places, not one after the other")
        end = piece.disposition if piece else ""
        if bool(columns) != (end == "sprayed") and end != "indeterminate":
            found.ends_that_contradict_the_ink += 1
            self._note(f"{label}: {len(columns)} columns of ink, end {end or 'none'}")
        if columns and piece is not None and piece.file != letter["name"]:
            found.foreign_marks += 1
            self._note(f"{label}: the mark of {piece.file} fell onto {letter['name']}")
        elif columns and piece is not None and columns != self._marks.expected(piece):
            found.foreign_marks += 1
            self._note(f"{label}: the ink is not the mark of its row")


def _untimed(row: Mapping[str, object]) -> dict[str, object]:
    """A row without its times: how long a job took to leave is noted when that is too late for the journal."""
    return {name: value for name, value in row.items() if name != "timings_ms"}


class Marks:
    """The columns that a letter's own mark has, made anew from its row."""

    def __init__(self, deck: Deck) -> None:
        self._plan = build_plan(load_config(None, SETTINGS).config, SIMULATED_MACHINE_ID)
        self._sizes: dict[str, tuple[float, float]] = {}
        self._pictures = {path.name: path for path in deck.images}
        self._dpi = deck.dpi

    def expected(self, piece: PieceRecord) -> list[int]:
        """The columns with ink, in the order they fall."""
        decided = piece.decided or {}
        routing = RoutingCode.of(str(decided["digits"]))
        digits = str(decided["tracking"])
        tracking = TrackingCode(digits[:2], digits[2:5], digits[5:11], digits[11:])
        fields = {**self._plan.fields, "zip5": routing.zip5}
        mark = make_mark(self._plan.mark, routing, tracking, *self._size(piece.file.partition("-")[2]), fields)
        spray = on_head(mark.spray, self._plan.head) if mark is not None else None
        return [column for column in reversed(spray.columns) if column] if spray is not None else []

    def _size(self, picture: str) -> tuple[float, float]:
        if picture not in self._sizes:
            letter = find_letter(load_lift(self._pictures[picture], self._dpi, None))
            self._sizes[picture] = letter.width, letter.height
        return self._sizes[picture]


T = TypeVar("T")


def _named(value: T | None) -> T:
    if value is None:
        raise SystemExit("the deck names no directory or no date; give another")
    return value


def run_station(folder: Path, deck: Deck, out: Path, directory: UsableDirectory) -> None:
    """One life of the station, in this process: the parts of `mlocr run`, with the devices of `kill_parts`."""
    settings = SETTINGS | {
        "inkjet.settings": {"folder": str(folder), "host_silent_ms": HOST_SILENT_MS},
        "imb.serial_store": str(folder / "serials.db"),
        "journal.anchor_file": str(folder / "anchors.txt"),
        "journal.anchor_rows": 20,
    }
    request = RunRequest(
        images=(folder, *deck.images),
        directory=directory.path,
        out=out,
        as_of=_named(deck.as_of),
        today=_named(deck.as_of),  # played as on the deck's day: a replay drives no device of one's own
        dpi=deck.dpi,
        truth=deck.truth_file,
        product=directory.product,
        camera="benchmarks.kill_parts:open_spool",
    )
    build_runner(load_config(None, settings).config, request, lambda: datetime.now(UTC)).run()


def prove(folder: Path, kills: int, seed: int, device: str, pace: float) -> Findings:
    """Make a small deck, kill so often, look, and give the counts. Everything written lies in `folder`."""
    cv2.setNumThreads(0)  # a forked child must find no thread pool of ours
    deck = make_deck(folder / "deck", seed=seed, count=8, difficulty="easy")
    proof = Proof(folder, deck, device, pace, seed)
    proof.lives(kills, lambda text: print(text, file=sys.stderr, flush=True))
    proof.look()
    return proof.found


def main() -> None:
    """Prove it and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", choices=("mock", "firmware"), default="mock")
    parser.add_argument("--pace", type=float, default=18_000.0, help="letters an hour")
    parser.add_argument("--folder", type=Path, help="a new folder for everything written, which stays")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mlocr-kill-") as name:
        found = prove(given.folder or Path(name), given.kills, given.seed, given.device, given.pace)
    print(json.dumps(found.as_json(), indent=2))
    if not found.clean:
        raise SystemExit("letters were sprayed twice, or rows lost: see the examples")


if __name__ == "__main__":
    main()
