"""The scenarios of all 27 fault groups, in order."""

from __future__ import annotations

from drivers.faults.catalogue_belt import belt
from drivers.faults.catalogue_camera import camera
from drivers.faults.catalogue_frames import frames
from drivers.faults.catalogue_port import port
from drivers.faults.catalogue_power import power
from drivers.faults.catalogue_time import times
from drivers.faults.scenario import Scenario


def scenarios() -> list[Scenario]:
    """Every scenario, by group."""
    return sorted([*frames(), *times(), *power(), *port(), *belt(), *camera()], key=lambda each: each.group)
