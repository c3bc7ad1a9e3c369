"""A seeded false positive stops a match and a run: exit 5, on record, marked, refused until tables are built anew."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_directory import small_directory
from fake_line import FakeCamera, FakeController, FakeEncoder, FakeLine

from mlocr.cli.app import run
from mlocr.directory.layout import format_city_state, format_city_state_header, format_zip4, format_zip4_header
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.points import delivery_points
from mlocr.directory.links.raw import ConvertedRow, DeliveryPointRow, write_tables
from mlocr.directory.links.stops import STOP_MARK
from mlocr.errors import ExitCode, TableStoppedError
from mlocr.mail.code import TrackingCode
from mlocr.mail.image import ImageLift
from mlocr.mail.piece import MachineId
from mlocr.station.journal import Journal, read_entries
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.results import ResultWriter
from mlocr.station.runner import Runner
from mlocr.station.workers import Decided, WorkerInline

PRODUCT = (2026, 11)


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small directory as product files, with tables: 124 MAIN ST is a seed, 126 is not known, all else is."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "raw"
    folder.mkdir()
    d = small_directory()
    rows = [format_zip4_header(*PRODUCT), *(format_zip4(r) for r in d.rows)]
    (folder / "zip4.txt").write_text("\n".join(rows) + "\n")
    cities = [format_city_state_header(*PRODUCT), *(format_city_state(c) for c in [*d.cities, *d.alias_rows])]
    (folder / "ctystate.txt").write_text("\n".join(cities) + "\n")
    points = [row for row in delivery_points(d.rows) if row.primary not in ("124", "126")]
    tables = {
        TableKind.DPV: [*points, DeliveryPointRow("04901", "1001", "124", seed=True)],
        TableKind.LACSLINK: [ConvertedRow("04901", "54", "RR 1", "", "A", "5 ELM CT", "04901")],
    }
    write_tables(folder, PRODUCT, tables)
    return folder


def match(directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], *lines: str) -> tuple[int, list[object]]:
    file = tmp_path / "in.jsonl"
    questions = [{"id": n, "lines": [line, "HAVENPORT ME 04901"]} for n, line in enumerate(lines)]
    file.write_text("".join(json.dumps(q) + "\n" for q in questions))
    code = run(["match", "--directory", str(directory), "--as-of", "2026-11-20", "--json", str(file)])
    told = capsys.readouterr()
    assert code == ExitCode.DONE or "seeded false positive" in told.err
    return code, [json.loads(line) for line in told.out.splitlines()]


def build(raw: Path, out: Path) -> int:
    files = [str(raw / name) for name in ("zip4.txt", "ctystate.txt", "dpv.txt", "lacslink.txt")]
    flags = ["--zip4", "--city-state", "--dpv", "--lacslink"]
    pairs = [text for pair in zip(flags, files, strict=True) for text in pair]
    return run(["directory", "build", *pairs, "--out", str(out)])


def test_tables_of_a_raw_folder_are_picked_up(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, rows = match(raw, tmp_path, capsys, "128 MAIN ST", "126 MAIN ST", "RR 1 BOX 54")
    assert code == ExitCode.DONE
    found = [(row["zip5"], row["plus4"], row["dpc"], row["dpv"], row["lacslink"]) for row in rows]  # type: ignore[index]
    assert found == [
        ("04901", "1001", "28", "Y", None),
        ("04901", None, None, "N", None),
        ("04901", "1202", "05", "Y", "A"),
    ]
    assert rows[1]["carrier_route"] == "C001" and rows[1]["reason"] == "not_confirmed"  # type: ignore[index]


def test_a_seed_stops_a_match_and_the_next_one_is_refused(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, rows = match(raw, tmp_path, capsys, "128 MAIN ST", "124 MAIN ST", "130 MAIN ST")
    assert (code, len(rows)) == (ExitCode.IDENTITY, 1)
    assert match(raw, tmp_path, capsys, "128 MAIN ST") == (ExitCode.IDENTITY, [])
    assert (raw / STOP_MARK).is_file()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    # Another cache builds the folder anew in another place, and is refused all the same.
    assert match(raw, tmp_path, capsys, "128 MAIN ST") == (ExitCode.IDENTITY, [])


def test_tables_built_anew_answer_again(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "built"
    assert build(raw, out) == ExitCode.DONE
    capsys.readouterr()
    assert match(out, tmp_path, capsys, "124 MAIN ST")[0] == ExitCode.IDENTITY
    assert match(out, tmp_path, capsys, "128 MAIN ST")[0] == ExitCode.IDENTITY
    assert run(["directory", "info", str(out)]) == ExitCode.DONE
    assert "STOPPED" in capsys.readouterr().out
    assert build(raw, out) == ExitCode.DONE
    capsys.readouterr()
    assert match(out, tmp_path, capsys, "128 MAIN ST")[0] == ExitCode.DONE


def test_info_counts_the_tables(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "built"
    assert build(raw, out) == ExitCode.DONE
    capsys.readouterr()
    assert run(["directory", "info", str(out), "--json"]) == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["tables"] == {"DPV": len((raw / "dpv.txt").read_text().splitlines()) - 1, "LACSLink": 1}
    assert told["stopped"] is None


def test_tables_of_another_month_build_nothing(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "built"
    assert build(raw, out) == ExitCode.DONE
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    (raw / "dpv.txt").write_text((raw / "dpv.txt").read_text().replace("2026-11", "2026-10"))
    assert build(raw, out) == ExitCode.BAD_INPUT
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_build_without_tables_takes_the_old_ones_away(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "built"
    assert build(raw, out) == ExitCode.DONE
    files = ["--zip4", str(raw / "zip4.txt"), "--city-state", str(raw / "ctystate.txt")]
    assert run(["directory", "build", *files, "--out", str(out)]) == ExitCode.DONE
    assert not [path for path in out.iterdir() if path.suffix == ".links"]


# --- a run ------------------------------------------------------------------------------------------------------------


class Seeded:
    """Encodes every piece, but raises at some, as a worker does whose matcher hits a seed."""

    def __init__(self, seeds: tuple[str, ...]) -> None:
        self._inner = FakeEncoder(())
        self._seeds = seeds

    def encode(self, lift: ImageLift, tracking: TrackingCode | None, budget_ms: float | None = None) -> Decided:
        if lift.source in self._seeds:
            raise TableStoppedError("DPV", "seed 0123")
        return self._inner.encode(lift, tracking)

    def close(self) -> None: ...


class Stopped:
    """One run that hits seeds, and what it left."""

    def __init__(self, out: Path, count: int, seeds: tuple[str, ...], workers: int = 1) -> None:
        self.controller = FakeController(count)
        line = FakeLine(FakeCamera(count), self.controller)
        journal = Journal(out / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC))
        self.marks: list[TableStoppedError] = []
        parts = RunParts(
            line.camera,
            self.controller,
            [WorkerInline(lambda: Seeded(seeds)) for _ in range(workers)],
            journal,
            ResultWriter(out, MachineId("SIM0001")),
            line=line,
            leave_stop_mark=self.marks.append,
        )
        with pytest.raises(TableStoppedError):
            Runner(parts, RunRules(tie_timeout=0.05, drain_timeout=0.2, in_order=True)).run()
        self.entries = list(read_entries(out / "journal.db"))
        self.rows = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
        self.summary = json.loads((out / "summary.json").read_text())


@pytest.mark.parametrize("workers", [1, 3])
def test_a_run_codes_nothing_from_the_seed_on(tmp_path: Path, workers: int) -> None:
    made = Stopped(tmp_path / "out", 12, ("5.png",), workers)
    sprayed = {job.piece_id.number for job in made.controller.jobs}
    assert sprayed <= {1, 2, 3, 4}
    by_file = {row["file"]: row for row in made.rows}
    assert by_file["5.png"]["reason"] == "table_stopped"
    assert by_file["5.png"]["disposition"] == "passed"
    for row in made.rows:
        assert (row["disposition"] == "sprayed") == (row["outcome"] == "encoded")
    assert len(made.marks) == 1


def test_earlier_pieces_keep_their_endings(tmp_path: Path) -> None:
    made = Stopped(tmp_path / "out", 12, ("5.png",))
    assert [row["disposition"] for row in made.rows[:5]] == ["sprayed"] * 4 + ["passed"]
    assert all(row["outcome"] == "rejected" for row in made.rows[4:])
    assert "seeded false positive" in made.summary["stopped"]


def test_the_stop_is_journalled_with_its_piece(tmp_path: Path) -> None:
    made = Stopped(tmp_path / "out", 6, ("3.png",))
    rows = [entry for entry in made.entries if entry.kind == "table_stopped"]
    assert [(entry.body["table"], entry.body["record"]) for entry in rows] == [("DPV", "seed 0123")]
    decided = [e.piece for e in made.entries if e.kind == "decided" and e.body.get("reason") == "table_stopped"]
    assert rows[0].piece in decided
    assert made.entries[-1].kind == "run_ended"


def test_a_piece_decided_behind_the_seed_by_another_worker_is_not_sprayed(tmp_path: Path) -> None:
    from mlocr.station.pieces import Piece
    from mlocr.station.table_stop import TableStop

    journal = Journal(tmp_path / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC))
    journal.open()
    camera = FakeCamera(3)
    before, hit, behind = (Piece(n, f"{n}.png", camera.next(0), None, 0.0) for n in (1, 2, 3))
    good, bad = WorkerInline(lambda: Seeded(())), WorkerInline(lambda: Seeded(("2.png",)))
    stop = TableStop(journal, lambda error: None, lambda why: None)
    for worker, piece in ((good, before), (good, behind), (bad, hit)):
        stop.encode(worker, piece)
    for piece in (before, hit, behind):
        stop.check(piece)
    journal.close()
    reasons = [getattr(piece.outcome, "reason", None) for piece in (before, hit, behind)]
    assert [reason and reason.value for reason in reasons] == [None, "table_stopped", "table_stopped"]
