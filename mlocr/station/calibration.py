"""Calibrations as a file: what was played, with which engine and weights, and the curve; and the threshold it gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlocr.errors import ConfigurationError
from mlocr.station.error_budget import CurvePoint, chosen, least_budget

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Calibration:
    """One deck played with one engine, or with several that had to agree (`engine` then joins their names by +).

    `models` are the names of weights and libraries with hash or version; `origin` and `difficulty` say what kind of
    mail the deck is: a calibration holds for mail like it.
    """

    engine: str
    models: Mapping[str, str]
    version: str
    deck: str
    deck_sha256: str
    purpose: str
    made: str
    points: tuple[CurvePoint, ...]

    def as_json(self) -> dict[str, object]:
        """The object kept for this engine."""
        return {
            "engine": self.engine,
            "models": dict(self.models),
            "version": self.version,
            "deck": self.deck,
            "deck_sha256": self.deck_sha256,
            "purpose": self.purpose,
            "made": self.made,
            "letters": self.points[0].letters if self.points else 0,
            "curve": [point._asdict() for point in self.points],
        }


def calibration_of(table: Mapping[str, object]) -> Calibration:
    """A kept object back. Raises ValueError, KeyError or TypeError where it is none."""
    curve, models = table["curve"], table["models"]
    if not isinstance(curve, list) or not isinstance(models, dict):
        raise TypeError("curve and models are a list and an object")
    texts = {name: str(table[name]) for name in ("engine", "version", "deck", "deck_sha256", "purpose", "made")}
    points = tuple(CurvePoint(**point) for point in curve)
    return Calibration(**texts, models={str(k): str(v) for k, v in models.items()}, points=points)


def write_calibrations(file: Path, calibrations: tuple[Calibration, ...]) -> None:
    """The file of `mlocr calibrate`: one object, a calibration each engine."""
    held = {"format": FORMAT, "calibrations": [each.as_json() for each in calibrations]}
    file.write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_calibrations(file: Path) -> tuple[Calibration, ...]:
    """What `write_calibrations` wrote. Raises ConfigurationError."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        if held["format"] != FORMAT:
            raise ValueError(f"it has format {held['format']}, not {FORMAT}")
        return tuple(calibration_of(each) for each in held["calibrations"])
    except OSError as error:
        raise ConfigurationError(
            f"the calibration {file} cannot be read ({error.strerror}); make one with mlocr calibrate"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"the calibration {file} is not what mlocr calibrate writes ({error}); make it again"
        ) from None


def threshold_for(file: Path, engine: str, models: Mapping[str, str], budget: float) -> float:
    """The least certainty that keeps `budget` (wrong codes in 10,000) for this engine with these weights.

    Raises ConfigurationError where the file has no calibration of them, or its deck cannot show so few wrong codes.
    """
    of_engine = [each for each in read_calibrations(file) if each.engine == engine]
    if not of_engine:
        raise ConfigurationError(f"{file} holds no calibration of the engine {engine}; run mlocr calibrate with it")
    same = [each for each in of_engine if dict(each.models) == dict(models)]
    if not same:
        raise ConfigurationError(
            f"{file} was made with other weights or libraries than {engine} reads with now; run mlocr calibrate again"
        )
    point = chosen(same[-1].points, budget)
    if point is None:
        least = least_budget(same[-1].points)
        raise ConfigurationError(
            f"the calibration {file} cannot show at most {budget:g} wrong codes in 10,000 letters, only {least};"
            f" calibrate with a larger deck, or set reader.error_budget to {least} or more"
        )
    return point.threshold
