"""Spray images held as text."""

import os
from pathlib import Path

import pytest

from mlocr.mail.code import RoutingCode, SprayImage, Symbology, TrackingCode
from mlocr.marking.spray import MarkPlan, make_mark

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "marks"
TRACKING = TrackingCode("00", "270", "103502", "012735955")
CASES = {
    "postnet-11-100": (Symbology.POSTNET, "61114230001", 100.0, 9.5),
    "postnet-5-200": (Symbology.POSTNET, "61114", 200.0, 9.5),
    "imb-11-120": (Symbology.IMB, "61114230001", 120.0, 9.5),
    "imb-9-200-card": (Symbology.IMB, "611142300", 200.0, 5.0),
}


def as_text(head: str, image: SprayImage) -> str:
    rows = [
        "".join("#" if column >> dot & 1 else "." for column in image.columns) for dot in range(image.dots - 1, -1, -1)
    ]
    place = f"offset {image.offset:.4f} in, baseline {image.baseline:.4f} in, {image.dots} dots"
    return "\n".join([head, place, *(row.rstrip(".") for row in rows)]) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_spray_images_stay_as_they_were_looked_at(name: str) -> None:
    symbology, digits, dpi, width = CASES[name]
    mark = make_mark(
        MarkPlan.for_head(symbology, dpi),
        RoutingCode.of(digits),
        TRACKING if symbology is Symbology.IMB else None,
        width,
        3.5,
        {"lane": "1", "mass_id": "SIM0001"},
    )
    assert mark is not None
    text = as_text(
        f"{symbology.value} {digits}, head {dpi:g} dpi, letter {width:g} x 3.5 in, {mark.text!r}", mark.spray
    )
    file = FOLDER / f"{name}.txt"
    if os.environ.get("MLOCR_WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text
