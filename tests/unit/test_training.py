"""Training without its network: the lines drawn, their labels, the shards, the loss against finite differences."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.ocr.mailface_input import CHARACTERS, HEIGHT, STEP, UNREADABLE
from training import compare, faces, texts
from training.ctc import loss_and_gradient
from training.lines import block_samples
from training.shards import distance, read_shard, shard, write_shard


@given(st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_every_text_can_be_labelled(seed: int) -> None:
    text = texts.line(random.Random(seed))
    assert text == " ".join(text.split()).strip() or "  " in text
    assert 0 < len(text) <= 44
    assert set(text) <= set(CHARACTERS)


def test_texts_hold_more_than_a_vocabulary() -> None:
    rng = random.Random(1)
    words = [texts.word(rng, texts.STREETS) for _ in range(400)]
    assert 0.3 < sum(w not in texts.STREETS for w in words) / len(words) < 0.8
    assert len({texts.digits(rng, 5) for _ in range(100)}) > 80


@given(st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_samples_are_what_the_network_takes(seed: int) -> None:
    for sample in block_samples(random.Random(seed)):
        assert sample.plane.shape[0] == HEIGHT
        assert sample.plane.shape[1] % STEP == 0
        assert sample.plane.dtype == np.uint8
        assert sample.label == " ".join(sample.label.split())
        assert 0 < len(sample.label) + 2 < sample.plane.shape[1] / STEP
        assert set(sample.label) <= set(CHARACTERS)


def test_the_same_seed_makes_the_same_lines_and_another_others(tmp_path: Path) -> None:
    one, same, other = shard(5, 0, 12), shard(5, 0, 12), shard(5, 1, 12)
    assert [s.label for s in one] == [s.label for s in same] != [s.label for s in other]
    assert all((a.plane == b.plane).all() for a, b in zip(one, same, strict=True))
    write_shard(tmp_path / "s.npz", one)
    back = read_shard(tmp_path / "s.npz")
    assert [label for _, label in back] == [s.label for s in one]
    assert all((plane == s.plane).all() for (plane, _), s in zip(back, one, strict=True))
    assert not list(tmp_path.glob("*.part"))


def test_some_characters_are_destroyed_and_labelled_so() -> None:
    rng = random.Random(3)
    labels = [s.label for _ in range(25) for s in block_samples(rng)]
    destroyed = [label for label in labels if UNREADABLE in label]
    assert 0 < len(destroyed) < 0.2 * len(labels)


@pytest.mark.parametrize("kind", list(compare.KINDS))
def test_lines_to_compare_by_are_of_their_kind_and_readable(kind: str) -> None:
    samples = compare.drawn(kind, 4, 1)
    assert [s.label for s in samples] == [s.label for s in compare.drawn(kind, 4, 1)]
    assert all(s.pins == (kind == "dot matrix") and s.label and UNREADABLE not in s.label for s in samples)


@pytest.mark.parametrize("kind", range(len(faces.KINDS)))
def test_each_kind_of_face_is_there_from_the_decks_fonts_alone(kind: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "SYSTEM", Path("/nonexistent"))
    own = {p.name for p in faces.OWN.iterdir()}
    assert any(name in own or name.startswith("5x7") for name in faces.KINDS[kind][0])


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_the_gradient_is_that_of_the_loss(data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    steps = data.draw(st.lists(st.integers(6, 9), min_size=1, max_size=4))
    labels = [rng.integers(1, 5, rng.integers(1, 4)).tolist() for _ in steps]
    logits = rng.normal(size=(len(steps), 5, 9)).astype(np.float32)
    _, gradient = loss_and_gradient(logits, steps, labels)
    line, label, time = (int(rng.integers(n)) for n in logits.shape)
    up, down = logits.astype(np.float64), logits.astype(np.float64)
    up[line, label, time] += 1e-3
    down[line, label, time] -= 1e-3
    slope = (loss_and_gradient(up, steps, labels)[0][line] - loss_and_gradient(down, steps, labels)[0][line]) / 2e-3
    assert gradient[line, label, time] == pytest.approx(slope, abs=2e-3)


def test_labels_longer_than_their_steps_have_no_gradient() -> None:
    loss, gradient = loss_and_gradient(np.zeros((1, 4, 3), np.float32), [3], [[1, 1, 1]])
    assert np.isinf(loss[0])
    assert not gradient.any()


@pytest.mark.parametrize(
    ("one", "other", "edits"), [("ELM", "ELM", 0), ("", "ELM", 3), ("145", "14", 1), ("AB", "BA", 2)]
)
def test_distance(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == edits
