"""Drivers by name: a built-in table of strings, `package.module:factory` written out, or an entry point.

Nothing is imported until it is chosen; a missing library gives a sentence naming what to install.
"""

import importlib
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from mlocr.errors import ConfigurationError

BUILTIN: dict[str, dict[str, str]] = {
    "camera": {
        "folder": "drivers.camera.folder:open_folder",
        "opencv": "drivers.camera.opencv:open_opencv",
        "recorded": "drivers.camera.recorded:open_recorded",
    },
    "ocr": {
        "cascade": "drivers.ocr.cascade:open_cascade",
        "mailface": "drivers.ocr.mailface:open_mailface",
        "onnx": "drivers.ocr.onnx:open_onnx",
        "tesseract": "drivers.ocr.tesseract:open_tesseract",
        "truth": "drivers.ocr.truth:open_truth",
    },
    "matcher": {
        "process": "drivers.matcher.process:open_process",
        "http": "drivers.matcher.http:open_http",
    },
    "inkjet": {
        "serial": "drivers.inkjet.serial:open_serial",
        "file": "drivers.inkjet.file:open_file",
        "hitachi": "drivers.inkjet.hitachi:open_hitachi",
    },
    "feeder": {"line": "drivers.feeder.outline:open_feeder_line"},
    "line": {"mock": "drivers.line:open_virtual_line", "firmware": "drivers.line:open_firmware_line"},
}


PORT_DRIVERS = ("hitachi", "serial")
"""Inkjet drivers that are written with the port they drive: `serial:/dev/ttyUSB0`."""


def split_port(driver: str) -> tuple[str, str]:
    """The driver and the port of `serial:PORT`; a driver without one is given back with an empty port."""
    name, colon, port = driver.partition(":")
    return (name, port) if colon and name in PORT_DRIVERS else (driver, "")


SPOKEN: dict[str, tuple[str, ...]] = {
    "inkjet": ("mock", "firmware", "hitachi:PORT", "serial:PORT"),
    "matcher": ("builtin",),
}
"""Names of the settings that are no factory of their own: the composition root knows what they stand for."""


def names(kind: str) -> list[str]:
    """The names a driver of this kind may have without being written out."""
    return sorted({*BUILTIN.get(kind, {}), *(e.name for e in entry_points(group=f"mlocr.{kind}"))})


def allow_modules_beside(config: Path) -> None:
    """Let `module:factory` name a module that lies in the configuration file's own folder.

    Last in the search: a file there takes no installed module's name. Worker processes inherit it.
    """
    folder = str(config.absolute().parent)
    if folder not in sys.path:
        sys.path.append(folder)


def load_factory(kind: str, name: str) -> Callable[..., Any]:
    """The factory of the driver `name` of `kind`. Raises ConfigurationError when it cannot be had."""
    target = name if ":" in name else BUILTIN.get(kind, {}).get(name, "")
    if not target:
        target = next((e.value for e in entry_points(group=f"mlocr.{kind}") if e.name == name), "")
    if not target:
        spoken = SPOKEN.get(kind, ())
        known = ", ".join(sorted({*names(kind), *spoken} - {*PORT_DRIVERS})) or "none"
        raise ConfigurationError(
            f"there is no {kind} driver {name!r}; known are {known}, or write package.module:factory"
        )
    module, _, attribute = target.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), attribute)):
        raise ConfigurationError(f"{target!r} names no {kind} driver; write package.module:factory")
    try:
        factory = getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"the {kind} driver {name!r} needs the module {error.name!r}, which is not installed; install it,"
            " or put it into the configuration file's folder or PYTHONPATH"
        ) from None
    except ImportError as error:
        raise ConfigurationError(
            f"the {kind} driver {name!r} cannot be loaded ({error}); reinstall what it needs"
        ) from None
    except AttributeError:
        raise ConfigurationError(f"the module {module} has no {attribute!r}; mend the {kind} driver's name") from None
    if not callable(factory):
        raise ConfigurationError(f"{target} is no factory; name a function for the {kind} driver")
    return factory  # type: ignore[no-any-return]
