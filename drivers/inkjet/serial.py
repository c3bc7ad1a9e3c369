"""The inkjet controller on a real serial port."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.inkjet.controller import ControllerSettings, SprayController
from drivers.inkjet.hostjobs import Terms
from drivers.inkjet.messages import Trigger
from drivers.link import ByteLink, SerialLink
from drivers.replug import ReplugLink
from mlocr.errors import ConfigurationError, DeviceFaultError
from mlocr.ports import ControllerInfo

_SERIAL_KEYS = frozenset(
    {"port", "baud", "trigger", "window_in", "host_silent_ms", "job_age_ms", "epoch_floor", "dpi", "dots", "replug_s"}
)


class PortController(SprayController):
    """The controller on a port: what the port itself knows is said beside what the protocol cannot make out."""

    def __init__(self, port: str, terms: Terms, settings: ControllerSettings, replug_s: float) -> None:
        self._serial: SerialLink | None = None
        self._port = (port, terms.baud, replug_s)
        super().__init__(self._open_port, terms, settings)

    def _open_port(self) -> ByteLink:
        port, baud, replug = self._port

        def opener() -> ByteLink:
            self._serial = SerialLink(port, baud)
            self._serial.open()
            return self._serial

        link = ReplugLink(opener, replug)
        link.open()
        return link

    def open(self) -> ControllerInfo:
        """See `InkjetController.open`. What does not answer in SPRAY/1 is a DeviceFaultError in one sentence."""
        try:
            return super().open()
        except DeviceFaultError as error:
            trouble = self._serial.trouble if self._serial is not None else ""
            if not trouble:
                raise
            raise DeviceFaultError(f"port {self._port[0]}: {trouble}; set inkjet.baud to the controller's") from error


def open_serial(settings: Mapping[str, object]) -> PortController:
    """The controller on a real port. Settings: `port` (name or URL), `baud`, `trigger` ("photocell" or "bench"),
    `window_in` (inches, 0: the device's most), `host_silent_ms`, `job_age_ms`, `epoch_floor` (the journal's highest),
    `dpi` and `dots` (the head the station's marks are made for; checked at open), `replug_s` (how long a port that was
    unplugged is waited for).

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

    head = (_number(settings, "dpi", 0.0), int(_number(settings, "dots", 0)))
    ours = ControllerSettings(f"port {port}", _number(settings, "window_in", 0.0), dpi=head[0], dots=head[1])
    return PortController(port, terms, ours, _number(settings, "replug_s", 5.0))


def _number(settings: Mapping[str, object], key: str, default: float) -> float:
    value = settings.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ConfigurationError(f"{key} of the serial inkjet is a number not below 0, not {value!r}; correct it")
    return value
