"""The C firmware as a device under test: built once a session, driven over the desk program's commands or its port."""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
import zlib
from functools import cache
from pathlib import Path

import pytest

from drivers.inkjet.firmware import FirmwareDevice
from drivers.inkjet.messages import SCHEMA
from drivers.inkjet.mock import DeviceConfig, DeviceFaults, MockDevice, NonVolatile

FIRMWARE = Path(__file__).resolve().parents[1] / "firmware_stubs" / "inkjet"
_STORE_BYTES = 64 + 40 * 257


@cache
def _compiler() -> tuple[str, str]:
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    make = shutil.which("make")
    if compiler is None or make is None:
        pytest.skip("no C compiler or no make here: the firmware is not tested")
    return compiler, make


def firmware_make(goal: str) -> str:
    """`make GOAL` in the firmware's folder, one at a time; what it printed. Skips without compiler or make."""
    compiler, make = _compiler()
    build = FIRMWARE / "build"
    build.mkdir(exist_ok=True)
    with (build / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        words = [make, "-s", "-C", str(FIRMWARE), f"CC={compiler}", goal]
        made = subprocess.run(words, capture_output=True, text=True, timeout=240, check=False)
    assert made.returncode == 0, made.stderr
    return made.stdout


@cache
def desk_program() -> Path:
    """The desk program with sanitizers, or without where the compiler has none. Skips without compiler or make.

    SPRAY_DESK in the environment names another: that of `make coverage`.
    """
    if given := os.environ.get("SPRAY_DESK"):
        return Path(given)
    flavour = "sanitized" if _sanitizes(_compiler()[0]) else "plain"
    firmware_make("sanitized" if flavour == "sanitized" else "all")
    return FIRMWARE / "build" / flavour / "spray-desk"


def _sanitizes(compiler: str) -> bool:
    line = [compiler, "-fsanitize=address,undefined", "-x", "c", "-", "-o", "/dev/null"]
    return subprocess.run(line, input=b"int main(void){return 0;}", capture_output=True, check=False).returncode == 0


class MockStand(MockDevice):
    """The Python device, with what a test may see of any device."""

    @property
    def session(self) -> int:
        return self.link.session

    @property
    def strays(self) -> int:
        return self.track.strays

    @property
    def lost(self) -> int:
        return self.log.lost

    @property
    def encoder(self) -> int:
        return self.track.encoder & 0xFFFFFFFF

    @property
    def enabled(self) -> bool:
        return self.jobs.enabled

    @property
    def free_slots(self) -> int:
        return self.jobs.free_slots

    def head_ready(self, ready: bool) -> None:
        self.track.head_fault = not ready

    def ink_low(self, low: bool) -> None:
        self.track.ink_low = low

    def cut_power_after(self, columns: int) -> None:
        self.track.power_cut_after = columns

    def cut_power_at_store(self) -> None:
        self.track.power_cut_at_store = True

    def close(self) -> None:
        pass


class FirmwareStore:
    """What survives the firmware's power, in a file."""

    def __init__(self, path: Path, before: NonVolatile) -> None:
        self.path = path
        self._device: FirmwareStand | None = None
        head = struct.pack("<III", 1, before.boots, before.epoch_seen)
        record = head + struct.pack("<I", zlib.crc32(head))
        path.write_bytes(bytes(16) + record + bytes(_STORE_BYTES - 32))

    def wipe(self) -> None:
        assert self._device is not None
        self._device.desk.tell("wipe")

    def serve(self, device: FirmwareStand) -> None:
        self._device = device

    @property
    def epoch_seen(self) -> int:
        assert self._device is not None
        return self._device.state("epoch_seen")


class FirmwareStand(FirmwareDevice):
    """The C firmware on a virtual clock, with what a test may see of any device."""

    store_folder: Path
    opened: list[FirmwareStand]

    def __init__(self, config: DeviceConfig, nv: NonVolatile | None = None, encoder_start: int = 0) -> None:
        before = nv or NonVolatile()
        self.faults = DeviceFaults()
        self.nv = FirmwareStore(self.store_folder / f"store-{len(self.opened)}", before)
        survive = ["--set", "results_survive=1"] if before.keeps_results else []
        super().__init__(desk_program(), config, encoder_start, ["--store", str(self.nv.path), *survive])
        self.nv.serve(self)
        self.opened.append(self)

    def receive(self, data: bytes, now: float) -> None:
        super().receive(b"" if self.faults.deaf else data, now)

    def take_output(self) -> bytes:
        out = super().take_output()
        return b"" if self.faults.mute else out

    def reboot(self) -> None:
        if self.faults.schema != SCHEMA:
            self.desk.tell(f"set schema={self.faults.schema}")
        super().reboot()

    def state(self, name: str) -> int:
        words = dict(word.split("=") for word in self.desk.tell("state")[0].split()[1:])
        return int(words[name])

    @property
    def session(self) -> int:
        return self.state("session")

    @property
    def strays(self) -> int:
        return self.state("strays")

    @property
    def lost(self) -> int:
        return self.state("lost")

    @property
    def encoder(self) -> int:
        return self.state("encoder")

    @property
    def enabled(self) -> bool:
        return bool(self.state("enabled"))

    @property
    def free_slots(self) -> int:
        return self.state("slots")

    def head_ready(self, ready: bool) -> None:
        self._do(f"ready {int(ready)}")

    def cut_power_after(self, columns: int) -> None:
        self._do(f"cut {columns}")

    def ink_low(self, low: bool) -> None:
        self._do(f"ink {int(not low)}")

    def cut_power_at_store(self) -> None:
        self._do("cutstore")
