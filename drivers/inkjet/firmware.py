"""The C firmware (`firmware_stubs/inkjet`) as a device on the virtual line: its desk program as a child process.

The desk program's commands (README.md there) tell it of the belt and of bytes; the clock is the caller's.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from drivers.inkjet.mock_log import DeviceConfig
from drivers.inkjet.mock_pieces import OnFire, OnTrigger
from mlocr.errors import DeviceFaultError

_FAREWELL = 5.0
_MORE = ("results", "log", "max_columns", "stop_ms", "encodings", "face", "rx_bytes")


def figures(config: DeviceConfig) -> list[str]:
    """The desk program's options for a device's configuration."""
    values = {
        "ticks_per_inch": round(config.ticks_per_inch * 1000),
        "dpi": round(config.dpi * 1000),
        "bench_speed": round(config.bench_speed),
        "photocell": int(config.photocell),
        "frames": config.window,
    }
    same = "dots distance margin max_window min_length max_length min_gap debounce reverse_tolerance slots raster_bytes"
    values |= {name: getattr(config, name) for name in (*same.split(), *_MORE)}
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


class DeskProgram:
    """The desk program as a child: commands in, their lines out until `ok`. One thread at a time."""

    def __init__(self, program: Path, options: Sequence[str]) -> None:
        self._words = [str(program), *options]
        self._child: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Start the program. Raises DeviceFaultError when it cannot be."""
        pipe = subprocess.PIPE
        try:
            self._child = subprocess.Popen(self._words, stdin=pipe, stdout=pipe, stderr=pipe)
        except OSError as error:
            raise DeviceFaultError(f"{self._words[0]} does not start ({error}); build the firmware anew") from error

    def tell(self, *commands: str) -> list[str]:
        """What these commands led to, without their `ok`s. Raises DeviceFaultError when one is refused or it died."""
        if self._child is None:
            self.open()
        try:
            self._pipe("stdin").write("".join(f"{command}\n" for command in commands).encode())
            self._pipe("stdin").flush()
        except OSError as error:
            raise self._died(str(error)) from error
        lines: list[str] = []
        for command in commands:
            while (line := self.line()) != "ok":
                if not line or line == "error":
                    raise self._died(f"{command.split()[0]}: {line or 'it ended'}")
                lines.append(line)
        return lines

    def line(self) -> str:
        """One line it says; empty when it is at its end."""
        return self._pipe("stdout").readline().decode().rstrip()

    def close(self) -> None:
        """End the program; safe to call twice. Raises DeviceFaultError when it ended otherwise than well."""
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            code = child.wait(_FAREWELL)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        words = "" if child.stderr is None else child.stderr.read().decode()
        if child.stderr is not None:
            child.stderr.close()
        if code:
            raise DeviceFaultError(f"the firmware's desk program ended with code {code} ({words.strip()}); mend it")

    def _pipe(self, name: str) -> IO[bytes]:
        pipe: IO[bytes] | None = getattr(self._child, name, None)
        if pipe is None or pipe.closed:
            raise DeviceFaultError("the firmware's desk program has ended; start the line again")
        return pipe

    def _died(self, what: str) -> DeviceFaultError:
        words = ""
        if self._child is not None and self._child.poll() is not None and self._child.stderr is not None:
            words = self._child.stderr.read().decode().strip()
        return DeviceFaultError(f"the firmware's desk program failed ({what} {words}); build the firmware anew")


class FirmwareDevice:
    """One controller board that runs the C firmware, with the methods of `MockDevice` that belt and wire use."""

    def __init__(
        self, program: Path, config: DeviceConfig, encoder_start: int = 0, options: Sequence[str] = ()
    ) -> None:
        self.config = config
        self.on_trigger: OnTrigger = lambda trigger, number: None
        self.on_fire: OnFire = lambda ticks, columns: None
        self.boot = self.boots = self.unsent = 0
        start = ["--clock", "virtual", "--watch", "--encoder", str(encoder_start & 0xFFFFFFFF)]
        self.desk = DeskProgram(program, [*start, *figures(config), *options])
        self._out = bytearray()
        self._expected: dict[int, bool] = {}

    def _do(self, *commands: str) -> None:
        self._expected.clear()
        ticks: list[int] = []
        columns: list[int] = []
        for line in self.desk.tell(*commands):
            word, *rest = line.split()
            if word == "tx":
                self._out += bytes.fromhex(rest[0])
            elif word == "trigger":
                self.on_trigger(int(rest[0]), int(rest[1]))
            elif word == "now":
                self.boot, self.boots, self.unsent = map(int, rest)
            elif word == "fire":
                ticks.append(int(rest[0]))
                columns.append(int(rest[1], 16))
        if ticks:
            self.on_fire(ticks, columns)

    # --- the belt's side ---------------------------------------------------------------------------------------------

    def encoder_to(self, tick: int) -> None:
        """The belt stands at `tick`."""
        self._do(f"enc {tick}")

    def clock_to(self, now: float) -> None:
        """It is now: what happens next on the belt happens at this time."""
        self._do(f"clock {round(now * 1e6)}")

    def camera_edge(self, leading: bool) -> None:
        """The camera photocell."""
        self._do(f"camera {int(leading)}")

    def head_edge(self) -> None:
        """The head's photocell, leading edge."""
        self._do("head 1")

    def expects(self, number: int) -> bool:
        """True while the device waits for this piece of the present boot."""
        if number not in self._expected:
            self._expected[number] = self.desk.tell(f"expects {number}") == ["expects 1"]
        return self._expected[number]

    # --- the wire's side ---------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> None:
        """Bytes from the port."""
        self._do(f"clock {round(now * 1e6)}", *([f"rx {data.hex()}"] if data else []))

    def poll(self, now: float) -> None:
        """Whatever is due by time."""
        self._do(f"clock {round(now * 1e6)}", "poll")

    def take_output(self) -> bytes:
        """The bytes to send since the last call."""
        out = bytes(self._out)
        self._out.clear()
        return out

    def reboot(self) -> None:
        """Power off and on."""
        self._do("power")

    def close(self) -> None:
        """End the program; safe to call twice."""
        self.desk.close()
