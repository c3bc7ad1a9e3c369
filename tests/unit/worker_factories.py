"""Encoders for the worker tests; a module of its own, since a spawned process imports it by name."""

import os
import threading

from mlocr.errors import ConfigurationError, DeviceFaultError, TableStoppedError
from mlocr.mail.code import TrackingCode
from mlocr.mail.image import ImageLift
from mlocr.mail.piece import Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.station.workers import Decided


class ByName:
    """Does what the picture's source says."""

    def encode(self, lift: ImageLift, tracking: TrackingCode | None, budget_ms: float | None = None) -> Decided:
        if lift.source == "crash":
            os._exit(3)
        if lift.source == "hang":
            threading.Event().wait()
        if lift.source == "given up":
            raise DeviceFaultError("the engine is given up; mend it")
        if lift.source == "table":
            raise TableStoppedError("DPV", "a seed")
        if lift.source == "raise":
            raise ValueError("a fault of our own")
        serial = float(tracking.serial) if tracking else 0.0
        grey = float(lift.pixels.astype("int64").sum())
        return Decided(Rejected(RejectReason.UNREADABLE), {"encode": serial, "pid": float(os.getpid()), "grey": grey})

    def close(self) -> None:
        pass


def by_name() -> ByName:
    return ByName()


def refuses() -> ByName:
    raise ConfigurationError("reader.engine is wrong; mend it")


def never() -> ByName:
    threading.Event().wait()
    return ByName()


def breaks() -> ByName:
    os._exit(4)
