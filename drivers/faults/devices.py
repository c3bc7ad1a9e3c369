"""The two devices of a drill, the Python one and the C firmware, with the same hands on them: power, store, head."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from drivers.inkjet.firmware import FirmwareDevice
from drivers.inkjet.messages import SCHEMA
from drivers.inkjet.mock import DeviceConfig, MockDevice, NonVolatile
from drivers.inkjet.mock_pieces import OnFire, OnTrigger
from mlocr.errors import ConfigurationError

DESK_PROGRAM = Path(__file__).parents[2] / "firmware_stubs" / "inkjet" / "build" / "plain" / "spray-desk"


class DrillDevice(Protocol):
    """A controller board with its belt, its wire and what a drill does to it."""

    on_trigger: OnTrigger
    on_fire: OnFire
    boot: int

    @property
    def boots(self) -> int:
        """How often power came."""
        ...

    @property
    def enabled(self) -> bool:
        """Marks may be sprayed."""
        ...

    def clock_to(self, now: float) -> None:
        """It is now: what happens next on the belt happens at this time."""
        ...

    def encoder_to(self, tick: int) -> None:
        """The belt stands at `tick`."""
        ...

    def camera_edge(self, leading: bool) -> None:
        """The camera photocell."""
        ...

    def head_edge(self) -> None:
        """The head's photocell, leading edge."""
        ...

    def expects(self, number: int) -> bool:
        """True while the device waits for this piece of the present boot."""
        ...

    def receive(self, data: bytes, now: float) -> None:
        """Bytes from the port."""
        ...

    def poll(self, now: float) -> None:
        """Whatever is due by time."""
        ...

    def take_output(self) -> bytes:
        """The bytes to send since the last call."""
        ...

    def reboot(self) -> None:
        """Power off and on."""
        ...

    def wipe(self) -> None:
        """The store is blank at the next power-up."""
        ...

    def cut_power_after(self, columns: int) -> None:
        """Power goes and comes when so many columns of a mark have fallen."""
        ...

    def cut_power_at_store(self) -> None:
        """Power goes and comes in the middle of the next write of the store: that write is lost."""
        ...

    def head_ready(self, ready: bool) -> None:
        """The head can fire, or cannot."""
        ...

    def ink_low(self, low: bool) -> None:
        """The ink runs out soon."""
        ...

    def close(self) -> None:
        """Give back what it holds; safe to call twice."""
        ...


class MockUnderDrill(MockDevice):
    """The Python device."""

    def __init__(self, config: DeviceConfig, survive: bool, schema: int, encoder_start: int) -> None:
        super().__init__(config, NonVolatile(keeps_results=survive), encoder_start)
        if schema != SCHEMA:
            self.faults.schema = schema
            self.nv.wipe()
            self.reboot()

    @property
    def enabled(self) -> bool:
        """See `DrillDevice.enabled`."""
        return self.jobs.enabled

    def wipe(self) -> None:
        """See `DrillDevice.wipe`."""
        self.nv.wipe()

    def cut_power_after(self, columns: int) -> None:
        """See `DrillDevice.cut_power_after`."""
        self.track.power_cut_after = columns

    def cut_power_at_store(self) -> None:
        """See `DrillDevice.cut_power_at_store`."""
        self.track.power_cut_at_store = True

    def head_ready(self, ready: bool) -> None:
        """See `DrillDevice.head_ready`."""
        self.track.head_fault = not ready

    def ink_low(self, low: bool) -> None:
        """See `DrillDevice.ink_low`."""
        self.track.ink_low = low


class FirmwareUnderDrill(FirmwareDevice):
    """The C firmware, its desk program as a child."""

    def __init__(self, config: DeviceConfig, survive: bool, schema: int, encoder_start: int) -> None:
        if not DESK_PROGRAM.is_file():
            raise ConfigurationError(
                f"the firmware's desk program {DESK_PROGRAM} is not there; build it with make -C firmware_stubs/inkjet"
            )
        figures = (["results_survive=1"] if survive else []) + ([f"schema={schema}"] if schema != SCHEMA else [])
        options = [word for figure in figures for word in ("--set", figure)]
        super().__init__(DESK_PROGRAM, config, encoder_start, options)

    @property
    def enabled(self) -> bool:
        """See `DrillDevice.enabled`."""
        return " enabled=1 " in self.desk.tell("state")[-1]

    def wipe(self) -> None:
        """See `DrillDevice.wipe`."""
        self._do("wipe")

    def cut_power_after(self, columns: int) -> None:
        """See `DrillDevice.cut_power_after`."""
        self._do(f"cut {columns}")

    def cut_power_at_store(self) -> None:
        """See `DrillDevice.cut_power_at_store`."""
        self._do("cutstore")

    def head_ready(self, ready: bool) -> None:
        """See `DrillDevice.head_ready`."""
        self._do(f"ready {int(ready)}")

    def ink_low(self, low: bool) -> None:
        """See `DrillDevice.ink_low`."""
        self._do(f"ink {int(not low)}")


def make_device(
    kind: str, config: DeviceConfig, survive: bool = False, schema: int = SCHEMA, encoder_start: int = 0
) -> DrillDevice:
    """The device called `kind`, "mock" or "firmware". Raises ConfigurationError for another, or one not built."""
    if kind == "mock":
        return MockUnderDrill(config, survive, schema, encoder_start)
    if kind == "firmware":
        return FirmwareUnderDrill(config, survive, schema, encoder_start)
    raise ConfigurationError(f"there is no device {kind!r} to drill; give mock, firmware or both")
