"""The station's settings: one TOML file, checked whole, every value with its origin.

An unknown key is an error that names the nearest known one. Units stand in the key's name. What the Postal Service
does not publish is a setting here and says so.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mlocr.errors import ConfigurationError

SIMULATED_MACHINE_ID = "SIM0001"


class Section(BaseModel):
    """One table of the file."""

    # Strict: TOML has types, so a quoted number or a boolean where a count belongs is a slip of the pen.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class IdentitySection(Section):
    """Who this machine is. The identifier's inner layout is not published; seven characters are (MASS terms, 3)."""

    machine_id: str = Field(SIMULATED_MACHINE_ID, min_length=7, max_length=7)
    lane: str = Field("1", max_length=4, description="text before the identifier in the template")


class JobSection(Section):
    """What Form 3553 asks of the job and its mailer (boxes B and D)."""

    list_name: str = ""
    number_of_lists: int = Field(1, ge=1)
    processor: str = ""
    mailer: str = ""
    mailer_address: str = ""


class CertificateSection(Section):
    """Names as they stand on the certificates (Form 3553 boxes A1 and A2); empty until there are some."""

    cass_company: str = ""
    cass_software: str = ""
    cass_configuration: str = ""
    mass_company: str = ""
    mass_software: str = ""
    mass_configuration: str = ""
    mlocr_serial: str = ""


class DirectorySection(Section):
    """Where the postal directory lies: a built folder, or one with zip4.txt and ctystate.txt."""

    path: str = ""


class ReaderSection(Section):
    """Which engine reads, and what to do with letters that lie upside down."""

    engine: str = "cascade"
    inverted: Literal["accept", "reject"] = "accept"
    calibration: str = Field("", description="the file `mlocr calibrate` made; needed for an error budget")
    error_budget: float = Field(
        0.0, ge=0, le=10000, description="wrong codes in 10,000 letters, at most; 0: no threshold besides the engine's"
    )
    settings: dict[str, Any] = Field(default_factory=dict, description="the engine's own table")


class MatcherSection(Section):
    """How addresses are matched. `unpublished_dpc` names the rule for numbers no published text covers.

    `product` (YYYY-MM) is the edition of an engine with data of its own; the built-in one has its directory's.
    """

    engine: str = "builtin"
    product: str = ""
    unpublished_dpc: Literal["rightmost_number", "none"] = "rightmost_number"
    settings: dict[str, Any] = Field(
        default_factory=dict, description="the engine's own table; thresholds of the built-in one"
    )


class MarkSection(Section):
    """The sprayed mark. Positions in inches from the letter's edges (DMM 202.5, 708 4.2.5)."""

    symbology: Literal["postnet", "imb"] = "imb"
    head_dpi: float = Field(200.0, gt=0)
    head_swath_in: float = Field(0.75, gt=0, description="height the head prints at once, inches")
    head_bottom_in: float = Field(0.2, ge=0, description="the head's lowest dot above the letter's bottom edge, inches")
    template: str = "{lane} {mass_id} {zip5}"
    minimum_depth: Literal[5, 9, 11] = 5
    settings: dict[str, Any] = Field(default_factory=dict, description="positions and sizes of the mark by name")


class ImbSection(Section):
    """Intelligent Mail tracking digits; the mailer identifier is the Postal Service's to give."""

    barcode_id: str = "00"
    service_type: str = "270"
    mailer_id: str = "000000"
    serial_low: int = Field(0, ge=0)
    serial_high: int = Field(-1, ge=-1, description="-1: as many as the mailer identifier leaves")
    other_stations: list[tuple[int, int]] = Field(
        default_factory=list, description="serial ranges of the other stations with this mailer identifier"
    )
    serial_store: str = Field("", description="file of allotted serials; empty: this user's data folder")


class CameraSection(Section):
    """The camera that gives the letters where no deck or images are named: `opencv`, `recorded`, or your own."""

    driver: str = Field("", description="empty: letters come from a deck or images")
    record: str = Field("", description="a new folder into which every frame goes as well")
    picture_after_ms: float = Field(0.0, description="from a letter's leading edge at the photocell to its exposure")
    picture_within_ms: float = Field(
        50.0, gt=0, description="either side; half the least pitch of letters is a limit too"
    )
    picture_within_in: float = Field(2.5, gt=0, description="the same for a camera that tells the encoder's count")
    settings: dict[str, Any] = Field(default_factory=dict, description="the driver's own table")


class FeederSection(Section):
    """A real feeder that the station can hold: `line`, or your own `package.module:factory`. Empty: none."""

    driver: str = ""
    settings: dict[str, Any] = Field(default_factory=dict, description="the driver's own table")


class InkjetSection(Section):
    """The controller: `mock`, `firmware`, `file`, `serial:PORT`, `hitachi:PORT` or `package.module:factory`."""

    driver: str = "mock"
    baud: int = Field(921_600, gt=0)
    settings: dict[str, Any] = Field(default_factory=dict, description="the driver's own table")


class LineSection(Section):
    """The virtual line. None of its measures is published for any sorter; all are settings."""

    settings: dict[str, Any] = Field(default_factory=dict, description="the virtual line's own table")


class LimitSection(Section):
    """When to stop, and what counts as a missed limit (exit 1). Zero means no limit."""

    rejects_in_a_row: int = Field(0, ge=0, description="stop feeding after so many")
    late_in_a_row: int = Field(0, ge=0, description="stop feeding after so many")
    reject_percent: float = Field(0.0, ge=0, le=100, description="exit 1 above this share")
    late_pieces: int = Field(0, ge=0, description="exit 1 when more pieces than this were late")


class RunSection(Section):
    """How the run works on this PC."""

    workers: int = Field(2, ge=0, le=64, description="encode processes; 0 encodes in the main process")
    worker_timeout_s: float = Field(10.0, gt=0)
    worker_start_timeout_s: float = Field(60.0, gt=0, description="to load models and start a matcher, cold")
    queue: int = Field(4, ge=1, le=64, description="pieces waiting between two stages")
    deadline_reserve_ms: float = Field(20.0, ge=0, description="of a letter's time, kept to hand its job over")
    second_look_ms: float = Field(150.0, ge=0, description="with less left no second look is begun at a letter")
    sprayed: Literal["all", "none"] = "all"


class JournalSection(Section):
    """Where the journal's head is written down beside it. A file on another disk or machine shows a missing tail."""

    anchor_file: str = Field("", description="text file that gets the anchors; empty: none is kept")
    anchor_rows: int = Field(1000, ge=1, description="rows from one anchor to the next")


class StationConfig(Section):
    """Everything the station is told."""

    identity: IdentitySection = IdentitySection()
    job: JobSection = JobSection()
    certificate: CertificateSection = CertificateSection()
    directory: DirectorySection = DirectorySection()
    reader: ReaderSection = ReaderSection()
    matcher: MatcherSection = MatcherSection()
    mark: MarkSection = MarkSection()
    imb: ImbSection = ImbSection()
    camera: CameraSection = CameraSection()
    feeder: FeederSection = FeederSection()
    inkjet: InkjetSection = InkjetSection()
    line: LineSection = LineSection()
    limits: LimitSection = LimitSection()
    run: RunSection = RunSection()
    journal: JournalSection = JournalSection()


@dataclass(frozen=True, slots=True)
class OriginedConfig:
    """The settings, and per dotted key where its value came from (`default` where nothing set it)."""

    config: StationConfig
    origins: Mapping[str, str]


def read_config_file(path: Path) -> dict[str, Any]:
    """The TOML file's tables. Raises ConfigurationError naming the file and, for bad TOML, the place."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"there is no configuration file {path}; give --config an existing file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"the configuration file {path} cannot be read ({error}); mend or replace it"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"the configuration file {path} is not TOML: {error}; mend that place") from None


def build_config(layers: list[tuple[str, Mapping[str, Any]]]) -> OriginedConfig:
    """Merge layers (origin, tables), later over earlier, and check the whole.

    Raises ConfigurationError naming the key, its origin, what is wrong and, for an unknown key, the nearest known one.
    """
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, tables in layers:
        _merge(merged, tables, origin, origins)
    try:
        config = StationConfig.model_validate(merged)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(_sentence(key, first, origins)) from None
    return OriginedConfig(config, origins)


def _merge(into: dict[str, Any], tables: Mapping[str, Any], origin: str, origins: dict[str, str], at: str = "") -> None:
    for name, value in tables.items():
        key = f"{at}.{name}" if at else name
        if isinstance(value, Mapping):
            held = into.setdefault(name, {})
            if not value:
                origins.setdefault(key, origin)
            if isinstance(held, dict):
                _merge(held, value, origin, origins, key)
            # Else an earlier layer has a plain value where a table belongs: it stays, and the check names it.
        else:
            into[name] = value
            origins[key] = origin


KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": 'text in quotes ("...")',
    "bool_type": "true or false",
    "dict_type": "a table of settings",
    "model_type": "a table of settings",
}
"""What a value of the wrong kind should have been, by the checker's name of the fault."""

LIMITS = {
    "greater_than": ("greater than {}", "gt"),
    "greater_than_equal": ("{} or more", "ge"),
    "less_than": ("less than {}", "lt"),
    "less_than_equal": ("{} or less", "le"),
    "string_too_short": ("at least {} characters long", "min_length"),
    "string_too_long": ("at most {} characters long", "max_length"),
    "literal_error": ("one of: {}", "expected"),
}
"""What a value out of bounds should have been, and where the checker keeps the bound."""


def _sentence(key: str, problem: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    origin = origins.get(key) or next((o for k, o in origins.items() if k.startswith(key + ".")), "the settings")
    if problem["type"] == "extra_forbidden":
        near = nearest_key(key)
        advice = f"did you mean {near}?" if near else "see `mlocr config show` for the known keys"
        return f"{origin}: there is no setting {key}; {advice}"
    wanted = KINDS.get(problem["type"], "")
    if problem["type"] in LIMITS:
        phrase, bound = LIMITS[problem["type"]]
        wanted = phrase.format(str(problem["ctx"][bound]).replace(" or ", ", "))
    said = f"must be {wanted}" if wanted else f"is wrong ({problem['msg']})"
    return f"{origin}: {key} {said}, not {_given(problem['input'])}; mend it and try again"


def _given(value: object) -> str:
    # As TOML writes it, and short enough for one sentence.
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    if isinstance(value, date | time):
        text = value.isoformat()
    return text if len(text) <= 60 else text[:57] + "..."


def known_keys(model: type[BaseModel] = StationConfig, at: str = "") -> list[str]:
    """Every dotted key of the settings, tables included."""
    keys = []
    for name, field in model.model_fields.items():
        key = f"{at}.{name}" if at else name
        keys.append(key)
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            keys += known_keys(kind, key)
    return keys


def nearest_key(key: str) -> str:
    """The known key closest in spelling, or of the same last part in another table; empty when none is near."""
    keys = known_keys()
    by_last = [k for k in keys if k.rpartition(".")[2] == key.rpartition(".")[2]]
    if by_last:
        return by_last[0]
    near = difflib.get_close_matches(key, keys, n=1, cutoff=0.6)
    if near:
        return near[0]
    last = difflib.get_close_matches(key.rpartition(".")[2], [k.rpartition(".")[2] for k in keys], n=1, cutoff=0.7)
    return next((k for k in keys if last and k.rpartition(".")[2] == last[0]), "")


def flatten(config: StationConfig) -> dict[str, object]:
    """Dotted key to value, tables of drivers as they stand."""
    flat: dict[str, object] = {}
    for section, table in config.model_dump().items():
        for name, value in table.items():
            flat[f"{section}.{name}"] = value
    return flat
