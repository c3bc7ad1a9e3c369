"""From the firmware's own log of fired columns to the digits: the marks rebuilt, decoded by `mlocr verify`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from wire_device import HEAD, WireFirmware

from mlocr.mail.code import RoutingCode, Symbology, TrackingCode
from mlocr.mail.piece import JobId, JobState, PrintJob
from mlocr.marking.head import Head, on_head
from mlocr.marking.spray import MarkPlan, MarkSettings, make_mark
from mlocr.ports import ControllerEvent, JobEnded, PieceEntered

DPI, BOTTOM, LETTER = 200.0, 0.2, (9.5, 4.125)
TRACKING = TrackingCode("00", "270", "123456", "000000789")
CODES = (("04001123401", None), ("940011234", None), ("04330", TRACKING), ("04401567899", TRACKING))


def rebuilt(log: list[tuple[int, int]], edge: int) -> Image.Image:
    """A letter's face from the log alone: each column where its tick says it fell, the right edge leading."""
    width, height = (round(inches * DPI) for inches in LETTER)
    face = np.full((height, width), 255, np.uint8)
    first = edge + HEAD.distance
    for tick, dots in log:
        across = width - 1 - round((tick - first) / HEAD.ticks_per_inch * DPI)
        for dot in range(dots.bit_length()):
            if dots >> dot & 1:
                face[height - 1 - round(BOTTOM * DPI) - dot, across] = 0
    return Image.fromarray(face)


def test_marks_rebuilt_from_the_firmwares_log_are_those_that_were_sent(
    mlocr: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wire = WireFirmware(tmp_path)
    controller = wire.controller()
    info = controller.open()
    for number, (digits, tracking) in enumerate(CODES, 1):
        symbology = Symbology.IMB if tracking else Symbology.POSTNET
        plan = MarkPlan.for_head(symbology, DPI, MarkSettings(head_dots=HEAD.dots))
        mark = make_mark(plan, RoutingCode.of(digits), tracking, *LETTER, {"lane": "1", "mass_id": f"SIM{number:04}"})
        assert mark is not None
        spray = on_head(mark.spray, Head(HEAD.dots, BOTTOM))
        assert spray is not None
        before, edge = len(wire.fired()), wire.letter()
        told: list[ControllerEvent] = []
        while not any(isinstance(event, PieceEntered) for event in told):
            told += controller.events(0.1)
        piece = next(event for event in told if isinstance(event, PieceEntered))
        job = PrintJob(JobId(info.epoch, number), piece.piece_id, piece.encoder, spray)
        assert controller.submit(job) is JobState.READY
        wire.pass_head(edge)
        while not any(isinstance(event, JobEnded) for event in told):
            told += controller.events(0.1)
        rebuilt(wire.fired()[before:], edge).save(tmp_path / f"{number}.png", dpi=(DPI, DPI))
    controller.close()
    wire.close()
    capsys.readouterr()
    assert mlocr("verify", *(tmp_path / f"{number}.png" for number in range(1, len(CODES) + 1)), "--json") == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["symbology"], each["digits"]) for each in found] == [
        ("imb" if tracking else "postnet", f"{tracking.digits if tracking else ''}{digits}")
        for digits, tracking in CODES
    ]
    assert all(f"SIM{number:04}" in each["text"] for number, each in enumerate(found, 1))
    assert [each["violations"] for each in found] == [[]] * len(CODES)
