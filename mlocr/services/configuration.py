"""The configuration as understood: every setting with its origin, and a check down to the parts' own rules."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from mlocr.errors import ConfigurationError, UsageError
from mlocr.mail.piece import MachineId
from mlocr.station.config import (
    OriginedConfig,
    StationConfig,
    build_config,
    flatten,
    read_config_file,
)
from mlocr.station.plugins import PORT_DRIVERS, allow_modules_beside, load_factory, split_port

COMMAND_LINE = "command line"
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: dotted key, value, and where it came from (default, a file's path, command line)."""

    key: str
    value: object
    origin: str

    def as_toml(self) -> str:
        """The setting as a line of TOML."""
        return f"{self.key} = {toml_value(self.value)}"


def load(path: Path | None, given: Sequence[str] = ()) -> OriginedConfig:
    """The configuration of a file (or none) with KEY=VALUE texts over it. Raises ConfigurationError or UsageError."""
    layers: list[tuple[str, Mapping[str, Any]]] = []
    if path is not None:
        layers.append((str(path), read_config_file(path)))
        allow_modules_beside(path)
    layers += [(COMMAND_LINE, _parsed(text)) for text in given]
    return build_config(layers)


def settings(originated: OriginedConfig) -> list[Setting]:
    """Every setting in the file's order; what stands in a driver's own table is listed one by one."""
    return [
        Setting(key, value, originated.origins.get(key, DEFAULT))
        for name, held in flatten(originated.config).items()
        for key, value in _leaves(name, held)
    ]


def check(originated: OriginedConfig) -> None:
    """Ask each part whether it could be built from these settings; nothing is opened and no device is touched.

    Raises ConfigurationError of the first part that could not.
    """
    # The parts bring numpy, OpenCV and the engines with them: slow, and needed for this alone.
    from mlocr.station.bootstrap import build_plan, least_certainty, tracking_settings  # noqa: PLC0415
    from mlocr.station.matchers import build_matcher, is_builtin, match_settings  # noqa: PLC0415

    config = originated.config
    try:
        machine = MachineId(config.identity.machine_id)
    except ValueError as error:
        raise ConfigurationError(f"identity.machine_id: {error}; mend it") from None
    build_plan(config, machine.text)
    if config.mark.symbology == "imb":
        tracking_settings(config.imb)
    if is_builtin(config):
        match_settings(config)
    else:
        build_matcher(config, None)
    engine = load_factory("ocr", config.reader.engine)
    if config.reader.engine != "truth":  # that one wants a deck's truth.jsonl, which only a run can name
        engine(dict(config.reader.settings))
        least_certainty(config)
    _check_devices(config)


def _check_devices(config: StationConfig) -> None:
    if config.camera.driver:
        load_factory("camera", config.camera.driver)(dict(config.camera.settings))
    driver = config.inkjet.driver
    if driver == "mock":
        load_factory("line", driver)
    elif driver.partition(":")[0] in PORT_DRIVERS:
        name, port = split_port(driver)
        if not port:
            raise ConfigurationError(f"inkjet.driver names no port; write {name}:PORT, say {name}:/dev/ttyUSB0")
        load_factory("inkjet", name)
    else:
        load_factory("inkjet", driver)


def _leaves(key: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves(f"{key}.{_toml_key(str(name))}", inner)
    else:
        yield key, value


def _parsed(text: str) -> dict[str, Any]:
    """`mark.symbology=imb` as tables; the value is TOML where it is some, else text."""
    key, equals, value = text.partition("=")
    parts = key.strip().split(".")
    if not equals or not all(parts):
        raise UsageError(f"{text!r} is no setting; write KEY=VALUE, say mark.symbology=postnet")
    try:
        held: Any = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        held = value.strip()
    for name in reversed(parts):
        held = {name: held}
    return dict(held)


def toml_value(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date | time | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_toml_key(str(name))} = {toml_value(held)}" for name, held in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(each) for each in value)}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_key(name: str) -> str:
    plain = name.replace("_", "").replace("-", "")
    return name if plain.isascii() and plain.isalnum() else json.dumps(name, ensure_ascii=False)
