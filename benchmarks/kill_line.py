"""Belt and device as a process of their own, for `benchmarks.kill_station`: they live on when the station is killed.

    python -m benchmarks.kill_line --folder DIR --deck DIR --device mock

Letters come at their pace; the feeder stops when nothing has been heard from a host for a second, the belt never does.
On `end` at standard input no letter is fed any more; when the belt is empty, what fell onto each letter is written to
letters.json and the process ends.
"""

from __future__ import annotations

import argparse
import json
import select
import sys
import time
from pathlib import Path

from benchmarks.kill_parts import END, PORT, SPOOL
from drivers.belt import Belt, BeltLetter
from drivers.inkjet.columns import column_bytes
from drivers.inkjet.firmware import FirmwareDevice
from drivers.inkjet.mock import DeviceConfig, MockDevice
from drivers.line import LineDevice
from drivers.link import PtyEnd
from mlocr.decks.format import read_deck
from mlocr.pictures import load_lift
from mlocr.ports import CameraFrame
from mlocr.reading.letter import find_letter

TICKS_PER_INCH = 2000.0
DPI, DOTS = 200.0, 150
TO_HEAD_IN, WINDOW_IN, MARGIN_IN, GAP_IN = 80.0, 1.0, 1.0, 2.0
DESK = Path(__file__).parents[1] / "firmware_stubs" / "inkjet" / "build" / "plain" / "spray-desk"
WAIT_S = 0.003
SILENT_S = 1.0


def ticks(inches: float) -> int:
    """Encoder counts."""
    return round(inches * TICKS_PER_INCH)


def device_config() -> DeviceConfig:
    """The device's figures; its clock is not the belt's, for this process may be held up."""
    plain = DeviceConfig()
    return DeviceConfig(
        ticks_per_inch=TICKS_PER_INCH,
        dpi=DPI,
        dots=DOTS,
        distance=ticks(TO_HEAD_IN),
        margin=ticks(MARGIN_IN),
        max_window=ticks(WINDOW_IN),
        max_length=ticks(15.75),
        stop_ms=0,
        raster_bytes=plain.slots * plain.max_columns * column_bytes(DOTS),
        firmware="kill line",
    )


class LineProcess:
    """One belt with one device, in real time; everything it does is done by `run`, in one thread."""

    def __init__(self, folder: Path, deck: Path, device: LineDevice, pace: float) -> None:
        self.device = device
        self.letters: list[BeltLetter] = []
        self._folder = folder
        self._pty = PtyEnd()
        self._belt = Belt(device, ticks(TO_HEAD_IN), ticks(GAP_IN))
        self._belt.on_seen = self._seen
        self._frames = (folder / SPOOL).open("a", encoding="utf-8")
        found = read_deck(deck)
        lifts = [(path.name, load_lift(path, found.dpi, None)) for path in found.images]
        self._pictures = [(name, ticks(find_letter(lift).width)) for name, lift in lifts]
        self._period = 3600.0 / pace
        self._speed = (max(length for _, length in self._pictures) + ticks(GAP_IN)) / self._period
        self._feeding = True
        self._heard = self._due = 0.0

    def open(self) -> None:
        """Make the port and say its name."""
        self._pty.open()
        (self._folder / PORT).symlink_to(self._pty.name)
        print("ready", flush=True)

    def run(self) -> None:
        """Until the feeder has ended and the belt is empty."""
        began = time.monotonic()
        while self._feeding or self._belt.next_tick is not None:
            readable = select.select([self._pty.fileno(), *([sys.stdin] if self._feeding else [])], [], [], WAIT_S)[0]
            if sys.stdin in readable:
                self._feeding = False
            if self._pty.fileno() in readable:
                self._heard = time.monotonic()
                self.device.receive(self._pty.read(0), self._heard)
            self._move(time.monotonic() - began)
            self._answer()
        self._frames.write(f"{END}\n")
        self._frames.flush()

    def serve(self, until: str) -> None:
        """Answer the host until this word comes on standard input."""
        while True:
            readable = select.select([self._pty.fileno(), sys.stdin], [], [], WAIT_S)[0]
            if sys.stdin in readable and sys.stdin.readline().strip() in ("", until):
                return
            if self._pty.fileno() in readable:
                self.device.receive(self._pty.read(0), time.monotonic())
            self._answer()

    def _answer(self) -> None:
        self.device.poll(time.monotonic())
        out = self.device.take_output()
        # With nobody at the other end the terminal fills up: like a cable that hangs in the air.
        if out and select.select([], [self._pty.fileno()], [], 0)[1]:
            self._pty.write(out, 0.05)

    def _move(self, seconds: float) -> None:
        while self._feeding and self._due <= seconds and time.monotonic() - self._heard < SILENT_S:
            self._due = max(self._due + self._period, seconds)
            name, length = self._pictures[len(self.letters) % len(self._pictures)]
            letter = BeltLetter(CameraFrame(0, f"{len(self.letters)}-{name}", None), length)
            self.letters.append(letter)
            self._belt.feed(letter, self._belt.position + 1)
        self._belt.advance(round(seconds * self._speed))

    def _seen(self, letter: BeltLetter) -> None:
        if letter.trigger:
            self._frames.write(f"{letter.trigger}\t{letter.frame.name}\n")
            self._frames.flush()

    def as_json(self) -> list[dict[str, object]]:
        """Each letter: its frame's name, the device's number of it, and the columns with ink in the order they fell."""
        boot = self.device.boot
        return [
            {"name": each.frame.name, "boot": boot, "number": each.number, "ticks": each.ticks, "columns": each.columns}
            for each in self.letters
        ]


def main() -> None:
    """Run a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--deck", type=Path, required=True)
    parser.add_argument("--device", choices=("mock", "firmware"), default="mock")
    parser.add_argument("--pace", type=float, default=18_000.0)
    given = parser.parse_args()
    config = device_config()
    device: LineDevice = MockDevice(config) if given.device == "mock" else FirmwareDevice(DESK, config)
    line = LineProcess(given.folder, given.deck, device, given.pace)
    line.open()
    line.run()
    (given.folder / "letters.json").write_text(json.dumps(line.as_json()))
    print("empty", flush=True)
    line.serve("done")
    device.close()


if __name__ == "__main__":
    main()
