"""The documents against the code: commands, settings, links, the worked driver."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image

from drivers.camera import folder, opencv, recorded
from drivers.inkjet import file, hitachi_settings, serial
from drivers.line_settings import LineSettings
from drivers.matcher import http, process
from drivers.matcher.answers import read_answer
from drivers.matcher.questions import question
from drivers.ocr import cascade, mailface, onnx
from mlocr.cli.app import build
from mlocr.errors import BadInputError, ConfigurationError, ExitCode
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.image import Box
from mlocr.mail.reasons import RejectReason
from mlocr.ports import BlockImage
from mlocr.station.plugins import BUILTIN, load_factory

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CLI = (ROOT / "docs" / "cli.md").read_text("utf-8")
DRIVERS = (ROOT / "docs" / "drivers.md").read_text("utf-8")
FORBIDDEN = re.compile(r"/(work|tmp|root)/|py(pi|thonhosted)")  # a document names no machine's folders and no registry
NOT_OURS = {".venv", ".venv-fast", "build", "dist", "out", "node_modules"}


def documents() -> list[Path]:
    found = sorted(ROOT.rglob("*.md"))
    return [path for path in found if not NOT_OURS & set(path.relative_to(ROOT).parts)]


def commands() -> list[str]:
    """Every command that does something: `run`, `deck make` ..."""
    names: list[str] = []

    def collect(group: object, before: str) -> None:
        for name, command in getattr(group, "commands", {}).items():
            path = f"{before} {name}".strip()
            if getattr(command, "commands", None):
                collect(command, path)
            else:
                names.append(path)

    collect(typer.main.get_command(build()), "")
    return names


# --- commands -------------------------------------------------------------------------------------------------------


def test_there_are_commands_to_look_for() -> None:
    assert {"run", "deck make", "report 3553", "config show"} <= set(commands())


@pytest.mark.parametrize("command", commands())
def test_every_command_stands_in_the_readme_and_in_the_examples(command: str) -> None:
    table = "\n".join(line for line in README.splitlines() if line.startswith("| `mlocr "))
    assert f"`mlocr {command}" in table
    assert f"mlocr {command}" in CLI


def test_the_readme_names_no_command_that_is_not_there() -> None:
    named = re.findall(r"`mlocr ((?:[a-z]+ ?)(?:[a-z0-9]+)?)", README)
    known = {*commands(), *(c.split()[0] for c in commands())}
    strange = [n for n in named if n.strip() not in known and n.split()[0] not in known]
    assert named
    assert strange == []


def test_every_example_of_the_page_uses_options_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    from mlocr.cli.app import run

    for command in commands():
        assert run([*command.split(), "--help"]) == 0
        known = set(re.findall(r"--[a-z0-9-]+", capsys.readouterr().out))
        for line in re.findall(rf"^\$.*\bmlocr {command} (.*(?:\\\n.*)*)$", CLI, re.MULTILINE):
            assert set(re.findall(r"--[a-z0-9-]+", line)) <= known, line


def test_the_readme_names_every_exit_code() -> None:
    said = {int(n) for n in re.findall(r"\*\*(\d+)\*\*", README[README.index("Exit codes:") :].split("\n\n")[0])}
    assert said == {int(code) for code in ExitCode}


# --- drivers --------------------------------------------------------------------------------------------------------


def test_every_built_in_driver_and_every_setting_of_it_is_told() -> None:
    names = {name for table in BUILTIN.values() for name in table}
    settings = {*cascade.KEYS, *mailface.KEYS}
    settings |= {*onnx.KEYS, *folder.SETTINGS, *file._KEYS, *serial._SERIAL_KEYS, *LineSettings.__slots__}
    settings |= {*process.KEYS, *http.KEYS, *opencv.SETTINGS, *recorded.SETTINGS, *hitachi_settings.SETTINGS}
    missing = [word for word in sorted(names | settings) if not re.search(rf"`{word}\b", DRIVERS)]
    assert missing == []


def test_the_worked_engine_reads_a_letter_through_the_station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlocr.services.reading import ReadOptions, read_files

    source = next(block for block in re.findall(r"```python\n(.*?)```", DRIVERS, re.DOTALL) if "class Sidecar" in block)
    (tmp_path / "sidecar_reader.py").write_text(source, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    picture = ROOT / "test_decks" / "first" / "images" / "00002.jpg"
    wanted = ["228 RIVERVIEW DR", "SANTA LUCIA CA 95457"]
    (tmp_path / "00002.txt").write_text("\n".join(wanted), "utf-8")
    options = ReadOptions(200, "sidecar_reader:open_sidecar", {"folder": str(tmp_path)})
    (answer,) = read_files([picture], options)
    assert answer.reading is not None and answer.reading.block is not None
    assert [line.text for line in answer.reading.block.lines] == wanted
    (tmp_path / "00002.txt").unlink()
    (silent,) = read_files([picture], options)
    assert silent.reading is not None and silent.reading.reason is RejectReason.UNREADABLE


def test_the_worked_engine_keeps_the_manners_of_a_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = next(block for block in re.findall(r"```python\n(.*?)```", DRIVERS, re.DOTALL) if "class Sidecar" in block)
    (tmp_path / "sidecar_again.py").write_text(source, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    open_sidecar = load_factory("ocr", "sidecar_again:open_sidecar")
    with pytest.raises(ConfigurationError, match="no setting 'colour'"):
        open_sidecar({"colour": "red"})
    engine = open_sidecar({"folder": str(tmp_path)})
    engine.open()
    (tmp_path / "a.txt").write_text("ONE\nTWO", "utf-8")
    boxes = (Box(0, 0, 20, 10), Box(0, 10, 20, 20))
    lines = engine.read(BlockImage(np.zeros((20, 20), np.uint8), 200.0, boxes, "a.jpg"))
    assert [(line.text, line.box) for line in lines] == [("ONE", boxes[0]), ("TWO", boxes[1])]
    engine.close()
    engine.close()


def test_the_worked_camera_keeps_the_manners_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from contracts_camera import CameraStand, grey, played
    from PIL import Image

    source = next(block for block in re.findall(r"```python\n(.*?)```", DRIVERS, re.DOTALL) if "class Scanner" in block)
    (tmp_path / "scanner.py").write_text(source, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    open_scanner = load_factory("camera", "scanner:open_scanner")
    with pytest.raises(ConfigurationError, match="no setting 'colour'"):
        open_scanner({"colour": "red"})
    with pytest.raises(BadInputError):
        open_scanner({"folder": str(tmp_path / "none")}).open()
    for n in range(1, 6):
        Image.fromarray(np.full((40, 60), 20 * n, np.uint8)).save(tmp_path / f"{n}.png", dpi=(200, 200))
    (tmp_path / "3.png").write_bytes(b"junk")
    camera = open_scanner({"folder": str(tmp_path)})
    camera.open()
    frames = played(CameraStand(camera))
    assert {f.trigger: grey(f) for f in frames if f.lift is not None} == {1: 20, 2: 40, 4: 80, 5: 100}
    assert [f.trigger for f in frames if f.lift is None] == [3]
    assert camera.exhausted
    camera.close()
    assert camera.next(0) is None


def test_the_recording_of_the_page_is_one() -> None:
    from drivers.camera.manifest import read_manifest

    (rows,) = re.findall(r"```jsonl\n(.*?)```", DRIVERS, re.DOTALL)
    told = [(entry.trigger, entry.file, bool(entry.fault)) for entry in read_manifest(rows, "the page").entries]
    assert told == [(41, "00000041.png", False), (42, "", True)]


def test_the_worked_matcher_answers_as_a_child_process(tmp_path: Path) -> None:
    source = next(block for block in re.findall(r"```python\n(.*?)```", DRIVERS, re.DOTALL) if "CODES" in block)
    assert len(source.splitlines()) <= 24
    (tmp_path / "engine.py").write_text(source, "utf-8")
    matcher = process.open_process({"argv": [sys.executable, str(tmp_path / "engine.py")]})
    matcher.open()
    last = TextLine("HAVENPORT ME 04901")
    known = matcher.match(AddressBlock((TextLine("124 MAIN ST", 0.95), last)))
    assert known.routing is not None and known.routing.digits == "04901100124"
    for line in (TextLine("124 MAIN ST", 0.5), TextLine("126 MAIN ST")):
        assert matcher.match(AddressBlock((line, last))).reason is RejectReason.NO_SUCH_STREET
    matcher.close()


def test_the_match_json_of_the_page_is_a_question_and_its_answer() -> None:
    asked, told = next(block for block in re.findall(r"```json\n(.*?)```", DRIVERS, re.DOTALL)).splitlines()
    question_ = json.loads(asked)
    rows = zip(question_["lines"], question_["confidences"], question_["alternatives"], strict=True)
    block = AddressBlock(tuple(TextLine(text, sure, None, tuple(others)) for text, sure, others in rows))
    assert json.loads(question(block, question_["id"])) == question_
    match = read_answer(told.encode(), question_["id"])
    assert match.routing is not None and match.routing.digits == "04901100124"


# --- all documents --------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere_and_nothing_of_a_machine_is_named(path: Path) -> None:
    text = path.read_text("utf-8")
    assert FORBIDDEN.findall(text.lower()) == []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), f"{path.name}: {target}"
        assert not anchor or anchor in anchors(there), f"{path.name}: {target}"


def test_every_decision_is_listed_once_and_numbered_without_gap() -> None:
    folder_ = ROOT / "docs" / "decisions"
    files = sorted(path.name for path in folder_.glob("[0-9]*.md"))
    listed = re.findall(r"\(([0-9]{4}-[a-z0-9-]+\.md)\)", (folder_ / "README.md").read_text("utf-8"))
    assert listed == files
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))


def test_the_picture_of_the_readme_is_small_and_one() -> None:
    picture = ROOT / re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)[0]
    assert picture.stat().st_size < 150_000
    with Image.open(picture) as opened:
        opened.load()
        assert opened.format == "PNG"


def test_code_named_in_the_architecture_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = re.findall(
        r"`((?:mail|reading|matching|marking|directory|station|services|certification|decks|drivers)/[\w/]+\.py)`", text
    )
    assert len(named) > 20
    lost = [n for n in named if not (ROOT / n).is_file() and not (ROOT / "mlocr" / n).is_file()]
    assert lost == []
