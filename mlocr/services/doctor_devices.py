"""The devices: the serial ports, and the camera, that the configuration names. None is opened."""

from __future__ import annotations

from pathlib import Path

from mlocr.errors import ExitCode
from mlocr.services.cameras import list_cameras
from mlocr.services.doctor_findings import Check, missing, note, ok
from mlocr.services.ports import list_ports, look_at
from mlocr.station.config import StationConfig
from mlocr.station.plugins import split_port


def check_ports(driver: str) -> Check:
    """The serial ports there are, and the configured one among them."""
    name = "serial ports"
    found = list_ports()
    shown = ", ".join(f"{port.device} ({'busy' if port.held_by else 'free'})" for port in found) or "none"
    _, port = split_port(driver)
    if not port:
        return ok(name, f"{shown}; none is configured")
    if "://" in port:
        return ok(name, f"{port} is a URL, looked at when it is opened; found: {shown}")
    if not Path(port).exists() and port not in [each.device for each in found]:
        return missing(
            name, f"{port} is not there; found: {shown}", "plug it in, or mend inkjet.driver", ExitCode.DEVICE
        )
    return _looked_at(name, port, shown)


def _looked_at(name: str, port: str, shown: str) -> Check:
    looked = look_at(port)
    if not looked.allowed or looked.held_by:
        what = "may not be opened by you" if not looked.allowed else "is busy"
        return missing(name, f"{port} {what}", looked.advice, ExitCode.DEVICE)
    if looked.advice:
        return note(name, f"{port} is there and free", looked.advice)
    if port.startswith(("/dev/ttyUSB", "/dev/ttyACM")):
        mend = f"name it {looked.stable}" if looked.stable else "give it a name of its own (docs/ports.md)"
        return note(name, f"{port} is there and free; its number changes with the order of plugging in", mend)
    return ok(name, f"{port} is there and free; found: {shown}")


def check_camera(config: StationConfig) -> Check:
    """The cameras there are, and the configured one among them."""
    found = list_cameras()
    shown = f"{len(found)} found" + (f" ({', '.join(each.device for each in found)})" if found else "")
    device = config.camera.settings.get("device", 0)
    if config.camera.driver != "opencv":
        return ok("cameras", f"{shown}; {config.camera.driver or 'none'} is configured")
    numbered = isinstance(device, int) or str(device).isdigit()
    path = Path(f"/dev/video{device}" if numbered else str(device))
    if "://" in str(device):
        return ok("cameras", f"{device} is a URL, looked at when it is opened; {shown}")
    if not path.exists():
        return missing(
            "cameras", f"{path} is not there; {shown}", "plug it in, or mend camera.settings", ExitCode.DEVICE
        )
    barred = [each for each in found if Path(each.device).resolve() == path.resolve() and not each.allowed]
    if barred:
        mend = "sudo usermod -aG video $USER, and log in again"
        return missing("cameras", f"{path} may not be opened by you", mend, ExitCode.DEVICE)
    return ok("cameras", f"{path} is there; {shown}")
