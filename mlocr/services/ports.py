"""The serial ports of this PC, looked at without opening one: to open a port can reset the board behind it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

try:
    import grp
except ImportError:  # pragma: no cover - no groups on this system
    grp = None  # type: ignore[assignment]

from serial.tools.list_ports import comports

GOOD_LATENCY_MS = 1


@dataclass(frozen=True, slots=True)
class PortState:
    """One port. `stable`: a name that stays when it is plugged in elsewhere; `held_by`: who has it open, as far as
    this user can see; `group` owns it; `latency_ms`: how long its USB adapter waits for more bytes (None: it has none).
    """  # noqa: D205

    device: str
    about: str = ""
    stable: str = ""
    usb: str = ""
    held_by: str = ""
    allowed: bool = True
    group: str = ""
    latency_ms: int | None = None

    @property
    def advice(self) -> str:
        """What to mend, one sentence; empty when nothing is wrong."""
        if not self.allowed:
            return f"you may not open it; join its group: sudo usermod -aG {self.group or 'dialout'} $USER"
        if self.held_by:
            return f"{self.held_by} has it open; end that, or use another port"
        if self.latency_ms is not None and self.latency_ms > GOOD_LATENCY_MS:
            return f"its adapter waits {self.latency_ms} ms for more bytes; the udev rule in docs/ports.md makes it 1"
        return ""

    def as_json(self) -> dict[str, object]:
        """One object for `--json`."""
        return {
            "device": self.device,
            "about": self.about or None,
            "stable": self.stable or None,
            "usb": self.usb or None,
            "state": "busy" if self.held_by else "free",
            "held_by": self.held_by or None,
            "allowed": self.allowed,
            "group": self.group or None,
            "latency_ms": self.latency_ms,
            "advice": self.advice or None,
        }


def list_ports(root: Path = Path("/"), found: Callable[[], Iterable[Any]] = comports) -> list[PortState]:
    """Every serial port of this PC by name. `found` gives what the system knows (pyserial's list)."""
    return [look_at(port.device, port, root) for port in sorted(found(), key=lambda each: str(each.device))]


def look_at(device: str, port: Any = None, root: Path = Path("/")) -> PortState:
    """One port by its name, a symlink too. What the system does not tell stays empty."""
    path = Path(device)
    real = Path(os.path.realpath(path))
    usb = ""
    if getattr(port, "vid", None) is not None:
        usb = f"{port.vid:04x}:{port.pid:04x}" + (f" {port.serial_number}" if port.serial_number else "")
    about = str(getattr(port, "description", "") or "")
    return PortState(
        device=device,
        about="" if about == "n/a" else about,
        stable=_stable(real, root),
        usb=usb,
        held_by=holder(real, root),
        allowed=not path.exists() or os.access(path, os.R_OK | os.W_OK),
        group=_group(path),
        latency_ms=_latency(real.name, root),
    )


def _stable(real: Path, root: Path) -> str:
    for folder in ("dev/serial/by-id", "dev/serial/by-path"):
        for link in sorted((root / folder).glob("*")):
            if Path(os.path.realpath(link)) == real:
                return str(link)
    return ""


def holder(real: Path, root: Path = Path("/")) -> str:
    """Who has the port open or locked: "minicom (4711)". Other users' programs show only by their lock."""
    for number, link in _open_files(root):
        if link == str(real):
            return _named(number, root)
    with suppress(OSError):
        status = real.stat()
        key = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
        for line in (root / "proc/locks").read_text("ascii", "replace").splitlines():
            parts = line.split()
            if len(parts) > 5 and parts[5] == key:
                return _named(parts[4], root)
    return ""


def _open_files(root: Path) -> Iterator[tuple[str, str]]:
    """Process numbers and the files they have open, where this user may see them."""
    for process in (root / "proc").glob("[0-9]*"):
        if process.name == str(os.getpid()):
            continue
        with suppress(OSError):
            for file in (process / "fd").iterdir():
                with suppress(OSError):
                    yield process.name, str(file.readlink())


def _named(number: str, root: Path) -> str:
    name = ""
    with suppress(OSError):
        name = (root / "proc" / number / "comm").read_text("utf-8", "replace").strip()
    return f"{name or 'a program'} ({number})"


def _group(path: Path) -> str:
    try:
        number = path.stat().st_gid
        return grp.getgrgid(number).gr_name if grp is not None else ""
    except (OSError, KeyError):
        return ""


def _latency(name: str, root: Path) -> int | None:
    try:
        return int((root / "sys/bus/usb-serial/devices" / name / "latency_timer").read_text("ascii"))
    except (OSError, ValueError):
        return None
