"""One fault as a scenario: what is done to line, belt, device and host, and how each letter must end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from drivers.faults.track import Letter
from drivers.faults.wire import LineScript
from drivers.inkjet.controller import ControllerSettings
from drivers.inkjet.hostjobs import Terms
from drivers.inkjet.messages import SCHEMA, Trigger
from drivers.inkjet.mock import DeviceConfig

if TYPE_CHECKING:
    from drivers.faults.stand import Stand

CONFIG = DeviceConfig(margin=2000, max_window=2000, min_gap=1000, debounce=100, max_length=31_500, stop_ms=0)
THREE = (Letter(), Letter(), Letter())
SPRAYED = ("sprayed", "sprayed", "sprayed")


# A machine that is busy with other things is no fault of the line: but where silence is played, it counts as in a run.
_PATIENT: Mapping[str, Any] = {"lost_after": 4.0, "host_silent_ms": 10_000}
SHARP: Mapping[str, Any] = {"lost_after": 1.0, "host_silent_ms": 2000}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named fault of one of the groups.

    `done`: what is done, for the table. `ends`: how each letter ends, alternatives by "|"; beside the dispositions
    "unseen" (the journal knows nothing of it, and no drop fell) and "unfed". `says`: for each host the words that the
    sentence it stops with must hold; "" when the run goes on to its end, "*" for a host that is killed. `reaches`:
    words that must have been reached, else the fault did not happen. `plan` gives the line's script and may prepare the
    belt. `config` changes figures of the device, `terms` of the session. `between` is done before the second host
    comes. `replug_s`: how long a host waits for a port that was drawn. `frames_tell`: what the camera says of a picture
    beside its own count, "encoder" or "time". `stands_down`: in the end spraying must be disabled. `endures`: so many
    jobs in one session instead, in one process, of which one delivery in `loses` is lost.
    """

    group: int
    name: str
    done: str
    ends: Sequence[str] = SPRAYED
    letters: Sequence[Letter] = THREE
    plan: Callable[[Stand], LineScript] = lambda stand: LineScript()
    says: Sequence[str] = ("",)
    reaches: Sequence[str] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    terms: Mapping[str, Any] = field(default_factory=dict)
    between: Callable[[Stand], None] = lambda stand: None
    survive: bool = False
    replug_s: float = 0.0
    schema: int = SCHEMA
    encoder_start: int = 0
    speed: float = 0.0
    drift: float = 0.0
    bench: bool = False
    tie_timeout: float = 20.0
    frames_tell: str = ""
    stands_down: bool = False
    foreign: Callable[[bytes], bytes] | None = None
    endures: int = 0
    loses: int = 0
    quick: bool = False

    @property
    def device_config(self) -> DeviceConfig:
        """The device's figures."""
        return replace(CONFIG, **self.config)

    @property
    def hosts(self) -> int:
        """How many stations run one after another."""
        return len(self.says)

    def session(self, epoch_floor: int) -> Terms:
        """The session's terms."""
        trigger = Trigger.BENCH if self.bench else Trigger.PHOTOCELL
        patient = Terms(trigger=trigger, epoch_floor=epoch_floor, job_age_ms=0xFFFFFFFF, **_PATIENT)
        return replace(patient, **(SHARP if self.hosts > 1 else {}), **self.terms)

    def patience(self) -> ControllerSettings:
        """How the controller is driven: it waits longer than anything here lasts."""
        return ControllerSettings("the drill's port", submit_timeout=20.0, open_timeout=9.0)
