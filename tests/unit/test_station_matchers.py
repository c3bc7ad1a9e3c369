"""Which matcher the station builds, when it is opened and closed, and how long it may take."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fake_directory import small_directory

from mlocr.errors import ConfigurationError, DataExpiredError, DeviceFaultError
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.matching.match import Matcher
from mlocr.ports import MatchEngine, TimedMatchEngine
from mlocr.station.bootstrap import EncoderSpec, build_encoder
from mlocr.station.config import StationConfig, build_config
from mlocr.station.matchers import build_matcher, check_engine, engine_product, is_builtin, opened_engine

BLOCK = AddressBlock((TextLine("124 MAIN ST"), TextLine("HAVENPORT ME 04901")))
TODAY = date(2026, 11, 22)
ENGINE = """
from mlocr.errors import DeviceFaultError
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason

told = []

class Plain:
    def match(self, block):
        return Match(None, RejectReason.FOREIGN)

class Held(Plain):
    def open(self): told.append("open")
    def close(self): told.append("close")

class Slow(Held):
    longest_open_s = 30.0
    longest_match_s = 7.0

class Dead(Held):
    def open(self): raise DeviceFaultError("it is dead; start it")

def plain(settings): return Plain()
def held(settings): told.append(dict(settings)); return Held()
def slow(settings): return Slow()
def dead(settings): return Dead()
def no_reader(settings): raise ValueError("no reader")
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    (tmp_path / "engine_of_mine.py").write_text(ENGINE)
    monkeypatch.syspath_prepend(tmp_path)
    import engine_of_mine  # type: ignore[import-not-found]

    yield engine_of_mine.told
    del sys.modules["engine_of_mine"]


def config(engine: str, product: str = "2026-11", reader: str = "truth", **run: object) -> StationConfig:
    name = engine if engine in ("builtin", "process", "http") else f"engine_of_mine:{engine}"
    tables = {"matcher": {"engine": name, "product": product}, "run": run, "reader": {"engine": reader}}
    return build_config([("test", tables)]).config


def test_the_built_in_one_wants_a_directory_and_no_product() -> None:
    own = config("builtin", "")
    assert is_builtin(own)
    matcher = build_matcher(own, small_directory())
    assert isinstance(matcher, Matcher) and not isinstance(matcher, MatchEngine)
    with pytest.raises(ConfigurationError, match="needs a postal directory"):
        build_matcher(own, None)


@pytest.mark.parametrize("product", ["", "2026", "2026-13", "2026-1", "26-11", "2026-11-01", " 2026-11", "２０２６-11"])
def test_another_one_is_not_built_without_its_edition(told: list[Any], product: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^matcher\.product .*; name it"):
        build_matcher(config("held", product), None)
    assert told == []


def test_its_edition_is_judged_by_the_product_cycle(told: list[Any]) -> None:
    november = config("held")
    assert engine_product(november) == (2026, 11)
    assert check_engine(november, TODAY) == (2026, 11)
    for wrong_day in (date(2026, 10, 14), date(2027, 2, 1)):
        with pytest.raises(DataExpiredError, match="only from 2026-10-15 to 2027-01-31"):
            check_engine(november, wrong_day)
        with pytest.raises(DataExpiredError), opened_engine(november, wrong_day):
            pass
    assert told == []


def test_it_is_opened_before_and_closed_after_its_use(told: list[Any]) -> None:
    with opened_engine(config("held"), TODAY) as matcher:
        matcher.match(BLOCK)
        assert told == [{}, "open"]
    assert told == [{}, "open", "close"]
    with opened_engine(config("plain"), TODAY) as matcher:
        matcher.match(BLOCK)
    with pytest.raises(DeviceFaultError), opened_engine(config("dead"), TODAY):
        pass
    assert told == [{}, "open", "close", "close"]


def test_how_to_open_it_travels_to_another_process() -> None:
    opener = partial(opened_engine, config("process"), TODAY)
    assert pickle.loads(pickle.dumps(opener)).args == opener.args


def test_an_encoder_opens_it_at_its_start_and_closes_it_at_its_end(told: list[Any], tmp_path: Path) -> None:
    (tmp_path / "truth.jsonl").write_text("")
    spec = EncoderSpec(config("held"), None, "SIM0001", tmp_path / "truth.jsonl")
    encoder = build_encoder(spec)
    assert told == [{}, "open"]
    encoder.close()
    encoder.close()
    assert told == [{}, "open", "close"]


def test_an_encoder_that_cannot_be_built_leaves_nothing_open(told: list[Any]) -> None:
    spec = EncoderSpec(config("held", reader="engine_of_mine:no_reader"), None, "SIM0001")
    with pytest.raises(ValueError, match="no reader"):
        build_encoder(spec)
    assert told == [{}, "open", "close"]


def test_an_engine_may_not_outlast_its_worker(told: list[Any]) -> None:
    slow = build_matcher(config("slow"), None)
    assert isinstance(slow, TimedMatchEngine)
    build_matcher(config("slow", workers=0, worker_timeout_s=1.0), None)
    with pytest.raises(ConfigurationError, match=r"may take 7 seconds for an answer.*raise run\.worker_timeout_s"):
        build_matcher(config("slow", worker_timeout_s=7.0), None)
    with pytest.raises(ConfigurationError, match=r"30 seconds for its start.*raise run\.worker_start_timeout_s"):
        build_matcher(config("slow", worker_start_timeout_s=30.0), None)
