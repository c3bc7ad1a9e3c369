"""What the drill asks of its stand (`drivers.faults`), which is found by name like every driver."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from mlocr.ports import TransportLine


class DrillScenario(Protocol):
    """One fault: what is done, and how letters, hosts and the line must come out of it."""

    @property
    def group(self) -> int:
        """The fault group, 1 to 27."""
        ...

    @property
    def name(self) -> str:
        """Its name within the group."""
        ...

    @property
    def done(self) -> str:
        """What is done, in a few words."""
        ...

    @property
    def ends(self) -> Sequence[str]:
        """How each letter ends; alternatives by "|"."""
        ...

    @property
    def says(self) -> Sequence[str]:
        """For each host: words of the sentence it stops with, "" when it goes on to the end."""
        ...

    @property
    def tie_timeout(self) -> float:
        """Seconds that a frame waits for its piece."""
        ...

    @property
    def bench(self) -> bool:
        """The host announces the letters."""
        ...

    @property
    def endures(self) -> int:
        """So many jobs in one session, in one process, instead of a run; 0: a run."""
        ...

    @property
    def loses(self) -> int:
        """There, one delivery in so many is lost; 0: none."""
        ...

    @property
    def quick(self) -> bool:
        """One of the few that the ordinary tests play."""
        ...


class DrillHost(TransportLine, Protocol):
    """One station's view of the stand."""

    def lay_out(self) -> None:
        """Bench: the pictures of all letters lie there from the start."""
        ...


class DrillStand(Protocol):
    """One device, belt and faulty line, opened for one scenario."""

    on_kill: Callable[[], None]

    def open(self) -> None:
        """Start it. Raises DeviceError."""
        ...

    def host(self, epoch_floor: int) -> DrillHost:
        """The next station."""
        ...

    def between(self) -> None:
        """What is done before the next station comes."""
        ...

    def fallen(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        """For each letter fed: what fell on it, ticks behind its leading edge and dots."""
        ...

    def fired(self) -> Sequence[int]:
        """Every column that fell, in order."""
        ...

    @property
    def spilled(self) -> int:
        """Columns with ink that hit no letter."""
        ...

    def missed(self) -> Sequence[str]:
        """What the scenario was to reach and did not: then the fault never happened."""
        ...

    def close(self) -> None:
        """End it; safe to call twice."""
        ...


StandMaker = Callable[[DrillScenario, str, int, Path], DrillStand]
"""A stand for a scenario, a device's name, a seed and a folder of its own."""


class Endured(Protocol):
    """How many jobs in one session came out."""

    jobs: int
    sprayed: int
    doubles: int
    wrong: int
    problems: list[str]


Endure = Callable[[str, int, int, int], Endured]
"""A device's name, jobs, losses and seed."""
