import json
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from directory_samples import built

from mlocr.cli.app import run
from mlocr.directory.layout import format_zip4_header
from mlocr.directory.links.build import build_table
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.stops import clear_stop, leave_stop
from mlocr.directory.schema import FILE_NAME
from mlocr.errors import ExitCode, SealBrokenError, TableStoppedError
from mlocr.services import doctor, doctor_devices, doctor_pc
from mlocr.services.doctor import exit_code
from mlocr.services.doctor_data import check_clock, check_directory, check_tables
from mlocr.services.doctor_devices import check_camera, check_ports
from mlocr.services.doctor_engines import check_matcher, check_reader, check_tesseract
from mlocr.services.doctor_findings import Check
from mlocr.services.doctor_pc import check_folder, check_python, check_space, check_terminal
from mlocr.services.ports import PortState
from mlocr.services.product_lock import NEWEST, ProductLock
from mlocr.station.config import StationConfig, build_config

TODAY = date(2026, 11, 22)


def config(**reader: object) -> StationConfig:
    return build_config([("test", {"reader": reader})]).config


def raw_directory(folder: Path, year: int, month: int) -> Path:
    folder.mkdir()
    (folder / "zip4.txt").write_text(format_zip4_header(year, month) + "\n", encoding="latin-1")
    return folder


def test_an_old_python_is_missing() -> None:
    assert check_python((3, 10, 14)).state == "missing"
    assert check_python((3, 11, 0)).state == "ok"
    assert check_python((3, 14, 1)).state == "ok"


def test_the_engine_is_tried_on_a_drawn_line() -> None:
    assert [(check.name, check.state) for check in check_reader(config())] == [
        ("reader weights", "ok"),
        ("reader", "ok"),
    ]


def test_an_engine_that_reads_nothing_or_raises_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "blind_engine.py").write_text(
        "class Blind:\n"
        "    def open(self): pass\n"
        "    def read(self, block): return ()\n"
        "    def close(self): pass\n"
        "class Torn(Blind):\n"
        "    def read(self, block): raise RuntimeError('torn')\n"
        "def blind(settings): return Blind()\n"
        "def torn(settings): return Torn()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    (blind,) = check_reader(config(engine="blind_engine:blind"))
    assert blind.state == "missing"
    assert "1234 MAIN ST" in blind.said
    (torn,) = doctor._guarded("reader", lambda: check_reader(config(engine="blind_engine:torn")))
    assert (torn.state, "RuntimeError: torn" in torn.said) == ("missing", True)
    (absent,) = doctor._guarded("reader", lambda: check_reader(config(engine="no_such_engine:open")))
    assert (absent.state, absent.exit_code) == ("missing", ExitCode.CONFIGURATION)
    assert absent.mend.startswith("install it, or put it into the configuration file's folder")


def test_an_engine_of_the_user_s_is_opened_and_its_edition_judged(tmp_path: Path) -> None:
    naughty = str(Path(__file__).with_name("naughty_child.py"))

    def checked(product: str, lives: str) -> Check:
        settings = {"argv": [sys.executable, "-S", naughty, str(tmp_path / "lives"), lives]}
        section = {"engine": "process", "product": product, "settings": settings}
        config = build_config([("test", {"matcher": section})]).config
        (found,) = doctor._guarded("matcher", lambda: check_matcher(config, TODAY))
        return found

    assert checked("2026-11", '[["ok"]]') == Check("matcher", "ok", "process answers; product 2026-11, to 2027-01-31")
    dead = checked("2026-11", '[["ok"], ["die"]]')
    assert (dead.state, dead.exit_code) == ("missing", ExitCode.DEVICE)
    assert "the licence server is gone" in dead.said
    old = checked("2026-01", '[["ok"]]')
    assert (old.state, old.exit_code) == ("missing", ExitCode.DATA_EXPIRED)
    assert len((tmp_path / "lives").read_text().split()) == 2


def test_tesseract_is_only_needed_where_it_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    optional, needed = check_tesseract(False), check_tesseract(True)
    assert (optional.state, needed.state) == ("note", "missing")
    assert "sudo apt install tesseract-ocr" in needed.mend


def test_folders_are_tried_and_left_as_they_were(tmp_path: Path) -> None:
    assert check_folder("output folder", tmp_path / "new" / "run").state == "ok"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    assert check_folder("output folder", tmp_path / "file" / "run").state == "missing"


def test_a_folder_that_may_not_be_written_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor_pc.tempfile, "TemporaryFile", refuse)
    found = check_folder("cache folder", tmp_path)
    assert (found.state, "Permission denied" in found.said) == ("missing", True)


@pytest.mark.parametrize(("free", "state"), [(10**6, "missing"), (10**9, "note"), (10**10, "ok")])
def test_disk_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    class Usage:
        pass

    usage = Usage()
    usage.free = free  # type: ignore[attr-defined]
    monkeypatch.setattr(doctor_pc.shutil, "disk_usage", lambda path: usage)
    assert check_space(tmp_path / "not" / "yet").state == state


def test_a_pseudo_terminal_opens_or_is_a_device_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_terminal().state == "ok"

    def none_left() -> tuple[int, int]:
        raise OSError("out of pty devices")

    monkeypatch.setattr(os, "openpty", none_left)
    assert (check_terminal().state, check_terminal().exit_code) == ("missing", ExitCode.DEVICE)


def test_a_configured_port_must_be_there(tmp_path: Path) -> None:
    assert check_ports("mock").state == "ok"
    gone = check_ports(f"serial:{tmp_path / 'ttyNONE'}")
    assert (gone.state, gone.exit_code) == ("missing", ExitCode.DEVICE)
    (tmp_path / "tty").touch()
    assert check_ports(f"serial:{tmp_path / 'tty'}").state == "ok"
    assert check_ports("serial:socket://10.0.0.9:4001").state == "ok"


def test_a_port_that_is_held_barred_or_slow_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(**state: object) -> Check:
        looked = PortState("/dev/null", **state)  # type: ignore[arg-type]
        monkeypatch.setattr(doctor_devices, "look_at", lambda port: looked)
        return check_ports("serial:/dev/null")

    held, barred = told(held_by="minicom (4)"), told(allowed=False, group="dialout")
    assert (held.state, held.exit_code, held.said) == ("missing", ExitCode.DEVICE, "/dev/null is busy")
    assert "minicom (4) has it open" in held.mend
    assert (barred.state, "usermod -aG dialout" in barred.mend) == ("missing", True)
    assert (told(latency_ms=16).state, told(latency_ms=1).state) == ("note", "ok")


def test_a_configured_camera_must_be_there(tmp_path: Path) -> None:
    def checked(**settings: object) -> Check:
        return check_camera(build_config([("test", {"camera": {"driver": "opencv", "settings": settings}})]).config)

    (tmp_path / "letters.avi").touch()
    assert check_camera(StationConfig()).state == "ok"
    assert checked(device=str(tmp_path / "letters.avi")).state == "ok"
    assert checked(device="rtsp://10.0.0.8/1").state == "ok"
    gone = checked(device="971")
    assert (gone.state, gone.exit_code) == ("missing", ExitCode.DEVICE)
    assert "/dev/video971 is not there" in gone.said


def test_the_directory_and_its_dates(tmp_path: Path) -> None:
    dates, (found,) = check_directory(raw_directory(tmp_path / "now", 2026, 11), TODAY)
    assert (found.state, dates is not None) == ("ok", True)
    assert "2026-11, usable 2026-10-15 to 2027-01-31" in found.said
    _, (old,) = check_directory(raw_directory(tmp_path / "old", 2025, 1), TODAY)
    assert (old.state, old.exit_code) == ("missing", ExitCode.DATA_EXPIRED)
    _, (none,) = check_directory(None, TODAY)
    assert none.state == "note"
    for bad in (tmp_path, tmp_path / "none"):
        _, (absent,) = check_directory(bad, TODAY)
        assert (absent.state, absent.exit_code) == ("missing", ExitCode.BAD_INPUT)
    (tmp_path / "now" / "zip4.txt").write_text("junk")
    _, (junk,) = check_directory(tmp_path / "now", TODAY)
    assert (junk.state, junk.exit_code) == ("missing", ExitCode.BAD_INPUT)


def test_tables_are_counted_checked_and_their_stop_is_told(tmp_path: Path) -> None:
    def told() -> tuple[str, str, int]:
        (found,) = check_tables(tmp_path)
        return found.state, found.said, found.exit_code

    assert told()[0] == "note"
    raw = tmp_path / "dpv.txt"
    raw.write_text("H|DPV|1|2026-11\nP|04901|1234|124||\n", encoding="ascii")
    assert told()[:2] == ("ok", "DPV: built with the directory when it is used")
    table = tmp_path / TableKind.DPV.file_name
    build_table(raw, TableKind.DPV, (2026, 11), table)
    assert told()[:2] == ("ok", "DPV 1 records")
    leave_stop(tmp_path, TableStoppedError("DPV", "seed 12"))
    assert told()[0::2] == ("missing", ExitCode.IDENTITY)
    assert "seed 12" in told()[1]
    clear_stop(tmp_path)
    table.write_bytes(table.read_bytes()[:-1] + b"?")
    with pytest.raises(SealBrokenError):
        told()


def test_a_clock_behind_software_or_data_is_wrong(tmp_path: Path) -> None:
    dates, _ = check_directory(raw_directory(tmp_path / "now", 2026, 11), TODAY)
    assert check_clock(TODAY, dates, TODAY).state == "ok"
    assert check_clock(TODAY, None, date(2026, 11, 23)).state == "missing"
    assert check_clock(date(2026, 10, 14), dates, date(2026, 1, 1)).state == "missing"
    assert check_clock(date(2026, 10, 15), dates, date(2026, 1, 1)).state == "ok"


def test_the_exit_code_is_that_of_the_first_thing_missing() -> None:
    fine, remark = Check("a", "ok", ""), Check("b", "note", "")
    first = Check("c", "missing", "", "", ExitCode.DATA_EXPIRED)
    second = Check("d", "missing", "", "", ExitCode.DEVICE)
    assert exit_code([fine, remark]) == 0
    assert exit_code([fine, first, second]) == 4
    assert exit_code([second, first]) == 6


def test_the_command_looks_at_everything_and_goes_on_past_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["doctor", "--json"]) == 0
    said = capsys.readouterr()
    rows = [json.loads(line) for line in said.out.splitlines()]
    assert {"python", "package numpy", "configuration", "reader", "pseudo-terminal", "clock"} <= {
        r["check"] for r in rows
    }
    assert all(set(row) == {"check", "state", "said", "mend"} for row in rows)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "wrong.toml").write_text("[mark]\nsymbolgy = 'imb'\n")
    assert run(["doctor", "--config", "wrong.toml"]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert any(
        line.startswith("missing  configuration: wrong.toml: there is no setting mark.symbolgy") for line in lines
    )
    assert lines[-1].startswith("ok       clock")


def lately_built(folder: Path) -> Path:
    """A directory built two days before TODAY, whatever the day of the test."""
    moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
    out = built(folder, moment=moment)
    os.utime(out / FILE_NAME, (moment.timestamp(), moment.timestamp()))
    return out


def test_a_broken_seal_and_a_shelf(tmp_path: Path) -> None:
    out = lately_built(tmp_path / "shelf")
    dates, (found,) = check_directory(tmp_path / "shelf", TODAY)
    assert dates is not None
    assert found.state == "ok"
    file = out / FILE_NAME
    data = bytearray(file.read_bytes())
    data[-300] ^= 1
    file.write_bytes(data)
    dates, (broken,) = check_directory(out, TODAY)
    assert dates is None
    assert broken.exit_code is ExitCode.DATA_EXPIRED
    assert "seal" in broken.said


def test_a_directory_that_a_live_run_would_refuse_is_missing(tmp_path: Path) -> None:
    out = lately_built(tmp_path / "one")
    os.utime(out / FILE_NAME, (0, 0))
    dates, (dated,) = check_directory(out, TODAY)
    assert dates is None
    assert dated.exit_code is ExitCode.DATA_EXPIRED
    assert "its date was changed" in dated.said
    tomorrow = datetime(2026, 11, 23, 12).timestamp()
    os.utime(out / FILE_NAME, (tomorrow, tomorrow))
    dates, (ahead,) = check_directory(out, TODAY)
    assert dates is None
    assert ahead.exit_code is ExitCode.DATA_EXPIRED
    assert "bears the date 2026-11-23" in ahead.said


def test_a_clock_that_a_live_run_would_refuse_is_missing(tmp_path: Path) -> None:
    lock = ProductLock(TODAY, tmp_path)
    assert check_clock(TODAY, None, TODAY, lock).state == "ok"
    for newest, code in (("2026-11-22", ExitCode.DONE), ("2026-11-23", ExitCode.DATA_EXPIRED), ("", 4)):
        (tmp_path / NEWEST).write_text(json.dumps({"newest": newest}))
        found = check_clock(TODAY, None, TODAY, lock)
        assert found.exit_code == code
        assert (found.state == "ok") == (code == ExitCode.DONE)
