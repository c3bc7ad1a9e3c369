"""`mlocr bench wire`: what the wire alone bears. On a virtual clock: nothing here depends on this machine's speed."""

from __future__ import annotations

import json

import pytest

from drivers.virtual_measure import WireFigures, measure_case
from mlocr.cli import bench_wire
from mlocr.mail.code import SprayImage
from mlocr.mail.piece import Encoded
from mlocr.services import benchmark_wire
from mlocr.services.benchmark_stages import made_before
from mlocr.services.benchmark_wire import COLUMNS, LinkRow, bench_link, markdown_link

LETTERS = 40


@pytest.fixture(scope="module")
def image() -> SprayImage:
    outcome = made_before().outcome
    assert isinstance(outcome, Encoded)
    return outcome.spray


def row(told: WireFigures) -> LinkRow:
    case = told.case
    figures = (told.raster, told.bytes_down, told.bytes_up, told.per_second)
    return LinkRow(case.baud, case.encoding, case.error_rate, *figures, None, case.letters, told.pace, told.late, 0.2)


def test_36000_letters_an_hour_fit_115200_baud_with_one_job_in_ten_sent_again(image: SprayImage) -> None:
    told = measure_case(115_200, "symbolic", 0.025, LETTERS, image)
    assert told.pace == 36_000
    assert told.late == 0
    assert told.per_second > 10
    assert max(told.use_down, told.use_up) < 0.5
    assert len(told.round_trips) == LETTERS


def test_a_symbolic_mark_is_a_tenth_of_a_dictionary_and_less_of_a_raster(image: SprayImage) -> None:
    sizes = [measure_case(921_600, name, 0.0, 3, image).raster for name in ("symbolic", "dictionary", "raw")]
    assert sizes[0] * 8 < sizes[1]
    assert sizes[1] * 8 < sizes[2]
    assert sizes[2] == len(image.columns) * ((image.dots + 7) // 8)


def test_round_trips_are_no_shorter_than_the_bytes_take(image: SprayImage) -> None:
    slow, fast = (measure_case(baud, "dictionary", 0.0, 10, image) for baud in (115_200, 921_600))
    assert slow.round_trips[0] > slow.raster * 10 / 115_200
    assert fast.round_trips[-1] < slow.round_trips[0]
    assert fast.per_second > slow.per_second


def test_the_same_case_gives_the_same_figures(image: SprayImage) -> None:
    one, again = (measure_case(115_200, "symbolic", 0.1, LETTERS, image) for _ in range(2))
    assert one == again


def test_every_case_is_measured_and_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(benchmark_wire, "ENCODINGS", ("symbolic",))
    monkeypatch.setattr(benchmark_wire, "SPOILT", (0.0,))
    said: list[str] = []
    rows = list(bench_link(5, said.append))
    assert [each.baud for each in rows] == [115_200, 921_600]
    assert len(said) == 2
    assert all(len(each.cells()) == len(COLUMNS) for each in rows)
    assert markdown_link(rows).count("\n") == 4
    bench_wire.measure_link(5, json=True, markdown=False)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["part"] for each in told] == ["link", "link"]
    assert told[0]["round_trip_ms"]["median"] > told[1]["round_trip_ms"]["median"]
    bench_wire.measure_link(5, json=False, markdown=False)
    assert "late" in capsys.readouterr().out


def test_a_case_without_an_answered_job_has_no_round_trip(image: SprayImage) -> None:
    shown = row(measure_case(921_600, "symbolic", 0.0, 3, image))
    assert shown.cells()[6:9] == ("-", "-", "-")
    assert shown.as_json()["round_trip_ms"] is None
