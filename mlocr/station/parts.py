"""What a run is made of and how it behaves: values the runner is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mlocr.errors import TableStoppedError
from mlocr.mail.code import TrackingCode
from mlocr.ports import Camera, Feeder, InkjetController, TransportLine
from mlocr.station.journal import Journal
from mlocr.station.log import Logger, silent_logger
from mlocr.station.results import ResultWriter
from mlocr.station.ties import TieRules
from mlocr.station.unfinished import JournalRecord
from mlocr.station.workers import Worker


@dataclass(frozen=True, slots=True)
class RunParts:
    """Everything a run drives, built and not yet open; `line` only where the transport is simulated.

    `feeder`: only where a real one can be held.
    `about` is the journal's first row of the run. `leave_stop_mark` is called when a confirming table was stopped.
    `earlier` is what the journal held when it was read; with `goes_on` its last unfinished run is continued. None: the
    journal was not looked into.
    """

    camera: Camera
    controller: InkjetController
    workers: Sequence[Worker]
    journal: Journal
    writer: ResultWriter
    about: Mapping[str, object] = field(default_factory=dict)
    next_tracking: Callable[[], TrackingCode] | None = None
    line: TransportLine | None = None
    feeder: Feeder | None = None
    log: Logger = field(default_factory=silent_logger)
    leave_stop_mark: Callable[[TableStoppedError], None] = lambda error: None
    earlier: JournalRecord | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class RunRules:
    """How a run behaves. Times in seconds, lengths in inches; zero limits mean none.

    `in_order`: a letter's job goes to the device only when every letter before it is settled, so that a stopped table
    stops every letter behind the one that hit its seed. `deadlines`: the belt runs by itself, and a piece whose time is
    gone is given up; `reserve_ms` of it are kept for handing the job over.
    """

    replay: bool = False
    sprayed: bool = True
    queue: int = 4
    rejects_in_a_row: int = 0
    late_in_a_row: int = 0
    tie_timeout: float = 1.0
    length_tolerance: float = 0.5
    drain_timeout: float = 10.0
    in_order: bool = False
    deadlines: bool = False
    reserve_ms: float = 0.0
    ties: TieRules = field(default_factory=TieRules)
