"""The examples of docs/api.md run as they stand, one after the other, on a small deck."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_every_example_of_the_document_runs(
    small_deck: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(examples) >= 4
    (tmp_path / "test_decks").mkdir()
    (tmp_path / "test_decks" / "first").symlink_to(small_deck)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for example in examples:
        exec(compile(example, "docs/api.md", "exec"), names)
    told = capsys.readouterr().out.splitlines()
    assert re.match(r"\d\.\d\d  \S", told[0])
    assert any(line.startswith("None RejectReason.") for line in told)
    assert told[-1].startswith("14 ")
