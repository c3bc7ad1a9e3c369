"""Somebody's own camera, reader, matcher and inkjet, in a module beside their configuration; and cameras of a run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest

from mlocr.station.journal import read_entries

MlocrCall = Callable[..., int]

MODULE = """
from dataclasses import dataclass, field
from pathlib import Path

from mlocr.mail.address import TextLine
from mlocr.mail.code import RoutingCode
from mlocr.mail.match import Match
from mlocr.mail.piece import JobState, PieceId, PrintReceipt
from mlocr.pictures import load_lift
from mlocr.ports import CameraFrame, CameraStats, ControllerHealth, ControllerInfo, JobEnded, PieceEntered


class Camera:
    def __init__(self, settings):
        self.files = sorted(Path(settings["shots"]).glob("*"))[:3]
        self.dpi = settings["dpi"]
        self.given = 0
    def open(self): self.given = 0
    def next(self, timeout):
        if self.exhausted: return None
        path, self.given = self.files[self.given], self.given + 1
        return CameraFrame(self.given, path.name, load_lift(path, self.dpi))
    @property
    def exhausted(self): return self.given >= len(self.files)
    def stats(self): return CameraStats(self.given, self.given)
    def close(self): pass


class Reader:
    def open(self): pass
    def read(self, block): return (TextLine("1 OWN ST"), TextLine("HAVENPORT ME 04901"))
    def close(self): pass


class Matcher:
    def match(self, block): return Match(RoutingCode.of("04901100101"), None)


class Inkjet:
    def __init__(self, settings):
        self.dpi, self.dots, self.count = settings["dpi"], settings["dots"], 0
        self.told, self.log = [], Path(settings["log"])
    def open(self):
        return ControllerInfo(7, "own", "bench", 1000.0, self.dpi, self.dots, 1, 65535)
    def announce(self, length):
        self.count += 1
        return PieceEntered(2 * self.count, PieceId(7, self.count), 0, self.count, length)
    def submit(self, job):
        with self.log.open("a") as out: print(job.piece_id.number, len(job.image.columns), file=out)
        receipt = PrintReceipt(job.job_id, job.piece_id, JobState.DONE)
        self.told.append(JobEnded(2 * self.count + 1, receipt))
        return JobState.READY
    def cancel(self, job_id): return JobState.INDETERMINATE
    def query(self, job_id): return JobState.INDETERMINATE
    def events(self, timeout):
        told, self.told = self.told, []
        return told
    def acknowledge(self, event): pass
    def health(self): return ControllerHealth(True, free_jobs=1)
    def close(self): pass


def camera(settings): return Camera(settings)
def reader(settings): return Reader()
def matcher(settings): return Matcher()
def inkjet(settings): return Inkjet(settings)
"""


@pytest.fixture
def own(tmp_path: Path, small_deck: Path) -> Iterator[Path]:
    """A configuration with four drivers of one's own, and their module beside it."""
    (tmp_path / "my_station.py").write_text(MODULE)
    config = tmp_path / "station.toml"
    config.write_text(
        f"""
[camera]
driver = "my_station:camera"
settings = {{ shots = {json.dumps(str(small_deck / "images"))}, dpi = 200 }}
[reader]
engine = "my_station:reader"
[matcher]
engine = "my_station:matcher"
product = "{date.today():%Y-%m}"
[inkjet]
driver = "my_station:inkjet"
settings = {{ log = {json.dumps(str(tmp_path / "ink.txt"))} }}
[run]
workers = 1
sprayed = "none"
"""
    )
    before = list(sys.path)
    yield config
    sys.path[:] = before
    sys.modules.pop("my_station", None)


def test_drivers_of_one_s_own_lie_beside_the_configuration(own: Path, mlocr: MlocrCall, tmp_path: Path) -> None:
    assert mlocr("config", "check", "--config", own) == 0
    assert mlocr("run", "--config", own, "--out", tmp_path / "out") == 0
    rows = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text().splitlines()]
    assert [(row["zip5"], row["plus4"], row["dpc"], row["disposition"]) for row in rows] == [
        ("04901", "1001", "01", "sprayed")
    ] * 3
    assert [line.split()[0] for line in (tmp_path / "ink.txt").read_text().splitlines()] == ["1", "2", "3"]
    told = next(e.body for e in read_entries(tmp_path / "out" / "journal.db") if e.kind == "run_started")
    assert (told["camera"], told["inkjet"]) == ("my_station:camera", "my_station:inkjet")


def test_an_inkjet_of_one_s_own_counts_as_real(
    own: Path, mlocr: MlocrCall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("run", "--config", own, "--out", tmp_path / "out", "--as-of", f"{date.today():%Y}-01-01")
    assert mlocr(*asked) in (4, 5)
    assert not (tmp_path / "ink.txt").exists()


def video_of(deck: Path, path: Path, count: int = 3) -> list[str]:
    """The deck's first letters as a video, each a frame; their files' names."""
    files = sorted((deck / "images").iterdir())[:count]
    shots = [cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) for file in files]
    height, width = (max(shot.shape[axis] for shot in shots if shot is not None) + 8 & ~7 for axis in (0, 1))
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (width, height))
    video.set(cv2.VIDEOWRITER_PROP_QUALITY, 97)
    for shot in shots:
        assert shot is not None
        frame = np.zeros((height, width, 3), np.uint8)
        frame[: shot.shape[0], : shot.shape[1]] = shot[..., None]
        video.write(frame)
    video.release()
    return [file.name for file in files]


def test_a_video_feeds_the_line_and_its_recording_gives_the_same_letters_again(
    small_deck: Path, mlocr: MlocrCall, tmp_path: Path
) -> None:
    video_of(small_deck, tmp_path / "letters.avi")
    config = tmp_path / "station.toml"
    common = ("--directory", small_deck / "directory", "--as-of", "2026-11-02", "--workers", "0", "--sprayed", "none")
    config.write_text(
        f'[camera]\ndriver = "opencv"\nrecord = {json.dumps(str(tmp_path / "kept"))}\n'
        f"[camera.settings]\ndevice = {json.dumps(str(tmp_path / 'letters.avi'))}\ndpi = 200\n"
    )
    assert mlocr("run", "--config", config, *common, "--out", tmp_path / "live") == 0
    config.write_text(f"[camera.settings]\nrecording = {json.dumps(str(tmp_path / 'kept'))}\n")
    again = ("run", "--config", config, "--camera", "recorded")
    assert mlocr(*again, *common, "--out", tmp_path / "again") == 0

    def told(out: Path) -> list[tuple[object, ...]]:
        rows = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
        return [tuple(row[key] for key in ("file", "outcome", "zip5", "plus4", "dpc", "lines")) for row in rows]

    assert told(tmp_path / "again") == told(tmp_path / "live")
    assert len(told(tmp_path / "live")) == 3
    assert "encoded" in {row[1] for row in told(tmp_path / "live")}
    summary = json.loads((tmp_path / "again" / "summary.json").read_text())
    assert (summary["camera"]["delivered"], summary["camera"]["lost"]) == (3, 0)


@pytest.mark.parametrize(
    ("camera", "inkjet", "said"),
    [
        ('trigger = "station"', 'driver = "mock"', "no photocell that could fire the camera"),
        ('trigger = "station"', 'driver = "serial:/dev/x"\nsettings = { trigger = "bench" }', "a bench has not"),
        ('trigger = "presence"', 'driver = "serial:/dev/x"\nsettings = { trigger = "photocell" }', "cannot be tied"),
    ],
)
def test_a_camera_and_a_trigger_that_do_not_fit_are_a_sentence(
    camera: str,
    inkjet: str,
    said: str,
    small_deck: Path,
    mlocr: MlocrCall,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "station.toml").write_text(
        f'[camera]\ndriver = "opencv"\n[camera.settings]\ndpi = 200\n{camera}\n[inkjet]\n{inkjet}\n'
        f'[matcher]\nengine = "drivers.ocr.truth:open_truth"\nproduct = "{date.today():%Y-%m}"\n'
        f"[matcher.settings]\ntruth = {json.dumps(str(small_deck / 'truth.jsonl'))}\n"
    )
    assert mlocr("run", "--config", tmp_path / "station.toml", "--out", tmp_path / "out") == 3
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert said in told


def test_pictures_are_repeated_and_a_camera_is_not(mlocr: MlocrCall, capsys: pytest.CaptureFixture[str]) -> None:
    assert mlocr("run", "--camera", "opencv", "--repeat", "2") == 2
    assert "--repeat plays pictures again" in capsys.readouterr().err
