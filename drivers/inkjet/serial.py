"""The inkjet controller on a real serial port."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.inkjet.controller import ControllerSettings, SprayController
from drivers.inkjet.hostjobs import Terms
from drivers.inkjet.messages import Trigger
from drivers.link import ByteLink, SerialLink
from mlocr.errors import ConfigurationError

_SERIAL_KEYS = frozenset(
    {"port", "baud", "trigger", "window_in", "host_silent_ms", "job_age_ms", "epoch_floor", "dpi", "dots"}
)


def open_serial(settings: Mapping[str, object]) -> SprayController:
    """The controller on a real port. Settings: `port` (name or URL), `baud`, `trigger` ("photocell" or "bench"),
    `window_in` (inches, 0: the device's most), `host_silent_ms`, `job_age_ms`, `epoch_floor` (the journal's highest),
    `dpi` and `dots` (the head the station's marks are made for; checked at open).

    Raises ConfigurationError for a setting it does not know. Nothing is opened yet.
    """  # noqa: D205
    unknown = sorted(set(settings) - _SERIAL_KEYS)
    if unknown or not settings.get("port"):
        what = f"no setting {unknown[0]!r}" if unknown else "a port's name to be given"
        raise ConfigurationError(f"the serial inkjet knows {what}; its settings are {', '.join(sorted(_SERIAL_KEYS))}")
    port, trigger = str(settings["port"]), str(settings.get("trigger", "photocell"))
    if trigger not in ("photocell", "bench"):
        raise ConfigurationError(f"trigger of port {port} is photocell or bench, not {trigger!r}; correct the setting")
    baud = _number(settings, "baud", 921_600)
    terms = Terms(
        baud=int(baud),
        trigger=Trigger[trigger.upper()],
        host_silent_ms=int(_number(settings, "host_silent_ms", 2000)),
        job_age_ms=int(_number(settings, "job_age_ms", 60_000)),
        epoch_floor=int(_number(settings, "epoch_floor", 0)),
    )

    def opener() -> ByteLink:
        link = SerialLink(port, int(baud))
        link.open()
        return link

    head = (_number(settings, "dpi", 0.0), int(_number(settings, "dots", 0)))
    ours = ControllerSettings(f"port {port}", _number(settings, "window_in", 0.0), dpi=head[0], dots=head[1])
    return SprayController(opener, terms, ours)


def _number(settings: Mapping[str, object], key: str, default: float) -> float:
    value = settings.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ConfigurationError(f"{key} of the serial inkjet is a number not below 0, not {value!r}; correct it")
    return value
