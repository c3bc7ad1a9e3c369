"""The drill: every fault of the list played against a station's own run, and what must hold checked afterwards.

The run is the real one (runner, journal, controller, a serial port); letters, encoder and clockwork are the drill's.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from mlocr.errors import StationError, UsageError
from mlocr.mail.piece import MachineId
from mlocr.services.drill_checks import Findings, JournalView, by_order, check
from mlocr.services.drill_marks import DrillEncoder
from mlocr.services.drill_ports import DrillHost, DrillScenario, DrillStand, Endure, StandMaker
from mlocr.station.journal import Entry, Journal, highest_epoch, read_entries
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.plugins import load_factory
from mlocr.station.results import ResultWriter
from mlocr.station.runner import Runner
from mlocr.station.unfinished import read_unfinished
from mlocr.station.workers import WorkerInline

GROUPS = 27
DEVICES = ("mock", "firmware")
_IDENTITY = MachineId("DRILL01")
_RULES = RunRules(replay=True, sprayed=False, drain_timeout=3.0, in_order=True)


@dataclass(frozen=True, slots=True)
class DrillOptions:
    """Which devices and groups (none: all), the seed, and whether only the quick ones are played."""

    device: str = "both"
    only: Sequence[int] = ()
    seed: int = 1
    quick: bool = False


@dataclass(frozen=True, slots=True)
class DrillResult:
    """One scenario on one device: how its letters ended, what was found, and what its hosts said."""

    group: int
    name: str
    device: str
    done: str
    ends: Counter[str]
    doubles: int
    wrong: int
    broken: tuple[str, ...]
    unexpected: tuple[str, ...]
    sentences: tuple[str, ...]
    seconds: float

    @property
    def verdict(self) -> str:
        """`holds`, `unexpected` (nothing broken, but not what was foreseen) or `BROKEN`."""
        return "BROKEN" if self.broken else "unexpected" if self.unexpected else "holds"

    def as_json(self) -> dict[str, object]:
        """One row of `mlocr drill --json`."""
        return {
            "group": self.group,
            "name": self.name,
            "device": self.device,
            "done": self.done,
            "pieces": sum(self.ends.values()),
            "ends": dict(sorted(self.ends.items())),
            "double_sprays": self.doubles,
            "wrong_marks": self.wrong,
            "verdict": self.verdict,
            "problems": [*self.broken, *self.unexpected],
            "sentences": list(self.sentences),
            "seconds": round(self.seconds, 2),
        }


def scenarios(options: DrillOptions) -> list[DrillScenario]:
    """The scenarios asked for, in the order of their groups. Raises UsageError for a group there is none of."""
    wrong = [group for group in options.only if not 1 <= group <= GROUPS]
    if wrong:
        raise UsageError(f"--only {wrong[0]} is no fault group; give numbers from 1 to {GROUPS}")
    found: list[DrillScenario] = load_factory("drill", "drivers.faults.catalogue:scenarios")()
    return [
        each for each in found if (not options.only or each.group in options.only) and (each.quick or not options.quick)
    ]


def devices(options: DrillOptions) -> tuple[str, ...]:
    """The devices asked for. Raises UsageError for one there is not."""
    if options.device not in (*DEVICES, "both"):
        raise UsageError(f"--device {options.device} is not known; give mock, firmware or both")
    return DEVICES if options.device == "both" else (options.device,)


def drill(options: DrillOptions, say: Callable[[str], None] = lambda text: None) -> Iterator[DrillResult]:
    """Play every scenario on every device. Raises UsageError, or ConfigurationError where the firmware is not built."""
    make: StandMaker = load_factory("drill", "drivers.faults.stand:open_stand")
    for scenario in scenarios(options):
        for device in devices(options):
            say(f"group {scenario.group}, {scenario.name}, {device}")
            yield play(scenario, device, options.seed, make)


def play(scenario: DrillScenario, device: str, seed: int, make: StandMaker) -> DrillResult:
    """One scenario on one device."""
    began = time.monotonic()
    if scenario.endures:
        return _endured(scenario, device, seed, began)
    with tempfile.TemporaryDirectory(prefix="mlocr-drill-") as folder:
        played = _Played(scenario, make(scenario, device, seed, Path(folder)), Path(folder))
        played.run()
        return played.result(device, time.monotonic() - began)


def _endured(scenario: DrillScenario, device: str, seed: int, began: float) -> DrillResult:
    endure: Endure = load_factory("drill", "drivers.faults.endurance:endure")
    out = endure(device, scenario.endures, scenario.loses, seed)
    ends = Counter({"sprayed": out.sprayed, "unseen": scenario.endures - out.sprayed})
    broken = [f"{out.doubles} letters sprayed twice"] if out.doubles else []
    broken += [f"{out.wrong} letters without their own mark, whole"] if out.wrong else []
    return DrillResult(
        scenario.group,
        scenario.name,
        device,
        scenario.done,
        +ends,
        out.doubles,
        out.wrong,
        tuple(broken),
        tuple(out.problems),
        (),
        time.monotonic() - began,
    )


@dataclass(slots=True)
class _Played:
    """One scenario while it is played."""

    scenario: DrillScenario
    stand: DrillStand
    folder: Path
    sentences: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    journals: list[Path] = field(default_factory=list)

    def run(self) -> None:
        """Let one host after another run over the stand."""
        try:
            self.stand.on_kill = self._killed
            self.stand.open()
            self.journals.append(self.folder / "1" / "journal.db")
            for number in range(len(self.scenario.says)):
                if number:
                    self.stand.between()
                self._host()
        finally:
            self.stand.close()

    def _killed(self) -> None:
        """What the disk holds at the moment of the host's death is what the next one finds."""
        died = self.journals[-1]
        kept = self.folder / str(len(self.journals) + 1)
        kept.mkdir()
        for end in ("", "-wal"):
            file = died.with_name(died.name + end)
            if file.is_file():
                shutil.copyfile(file, kept / file.name)
        self.journals.append(kept / died.name)

    def _host(self) -> None:
        path = self.journals[-1]
        try:
            host = self.stand.host(highest_epoch(path))
            if self.scenario.bench:
                host.lay_out()
            rules = replace(_RULES, tie_timeout=self.scenario.tie_timeout)
            self.sentences.append(Runner(self._parts(host, path), rules).run().stopped)
        except StationError as error:
            self.sentences.append(str(error))
        except Exception as error:
            self.sentences.append("")
            self.faults.append(f"a fault of our own: {type(error).__name__}: {error}")

    def _parts(self, host: DrillHost, path: Path) -> RunParts:
        return RunParts(
            camera=host.camera,
            controller=host.controller,
            workers=[WorkerInline(DrillEncoder)],
            journal=Journal(path, lambda: datetime.now(UTC)),
            writer=ResultWriter(path.parent, _IDENTITY),
            line=None if self.scenario.bench else host,
            earlier=read_unfinished(path),
        )

    def result(self, device: str, seconds: float) -> DrillResult:
        """Both records held against each other, and against what was foreseen."""
        letters, scenario = len(self.scenario.ends), self.scenario
        fallen = by_order(self.stand.fired(), letters) if scenario.bench else self.stand.fallen()
        found = check(letters, fallen, JournalView(self._entries()), self.stand.spilled)
        return DrillResult(
            scenario.group,
            scenario.name,
            device,
            scenario.done,
            Counter(found.ends.values()),
            found.doubles,
            found.wrong,
            (*found.broken, *self.faults),
            tuple(self._unexpected(found)),
            tuple(self.sentences),
            seconds,
        )

    def _entries(self) -> list[Entry]:
        path = self.journals[-1]
        if not path.is_file():
            return []
        last = max((entry.run for entry in read_entries(path)), default=0)
        return [entry for run in range(1, last + 1) for entry in read_entries(path, run)]

    def _unexpected(self, found: Findings) -> Iterator[str]:
        for (name, end), wanted in zip(found.ends.items(), self.scenario.ends, strict=True):
            if end not in wanted.split("|"):
                yield f"{name} ended {end}, foreseen was {wanted}"
        for number, (said, wanted) in enumerate(zip(self.sentences, self.scenario.says, strict=True), 1):
            if wanted != "*" and (bool(said) is not bool(wanted) or wanted not in said):
                yield f"host {number} said {said or 'nothing'!r}, foreseen was {wanted or 'nothing'!r}"
            if said and ";" not in said:
                yield f"host {number} did not say what to do next: {said!r}"
        yield from (f"the fault did not happen: {missed}" for missed in self.stand.missed())
