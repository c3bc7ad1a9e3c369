"""The compiled install (setup.py, `make fast`), as far as it can be looked at without compiling."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import subprocess
import sys
import tomllib
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

import mlocr
from mlocr.services import benchmark_match, compiled

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mlocr_setup", ROOT / "setup.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- the list ---------------------------------------------------------------------------------------------------------


def test_each_entry_of_the_list_names_files(setup: ModuleType) -> None:
    files = setup.compiled_files()
    assert all(list(ROOT.glob(pattern)) for pattern in setup.COMPILED)
    assert {"mlocr/matching/match.py", "mlocr/directory/store.py", "mlocr/services/matching_job.py"} <= set(files)
    assert all((ROOT / file).is_file() for file in files)
    assert len(files) == len(set(files))


def test_what_tells_whether_it_is_compiled_is_on_the_list(setup: ModuleType) -> None:
    assert compiled.LOOKED_AT.replace(".", "/") + ".py" in setup.compiled_files()


def test_values_that_travel_between_processes_stay_python(setup: ModuleType) -> None:
    """Compiled by mypyc 2.4, a frozen dataclass cannot be unpickled; of those, only matching's own are compiled."""
    frozen = [file for file in sorted((ROOT / "mlocr").rglob("*.py")) if "@dataclass(frozen=True" in file.read_text()]
    compiled = {str(file.relative_to(ROOT)) for file in frozen} & set(setup.compiled_files())
    assert compiled and all(file.startswith("mlocr/matching/") for file in compiled)
    assert "mlocr/matching/settings.py" not in compiled
    assert all((ROOT / file).is_file() for file in setup.STAY)


def test_no_compiled_module_lies_among_the_sources() -> None:
    found = [file for suffix in EXTENSION_SUFFIXES for file in (ROOT / "mlocr").rglob(f"*{suffix}")]
    assert found == []


def test_no_module_of_the_package_is_reloaded_or_patched(setup: ModuleType) -> None:
    """Code that is compiled calls its own functions directly: to put another in a module's place would do nothing."""
    names = {file.removesuffix(".py").replace("/", ".") for file in setup.compiled_files()}
    told = []
    for file in sorted([*(ROOT / "mlocr").rglob("*.py"), *(ROOT / "drivers").rglob("*.py")]):
        told += [f"{file.relative_to(ROOT)}:{line}" for line in _patches(ast.parse(file.read_text("utf-8")), names)]
    assert told == []


def test_a_patch_would_be_seen() -> None:
    names = {"mlocr.matching.match", "mlocr.matching.text"}
    for text in (
        "import importlib\nfrom mlocr.matching import text\nimportlib.reload(text)",
        "from mlocr.matching import text\ntext.plain = len",
        "import mlocr.matching.text\nmlocr.matching.text.plain = len",
        "from mlocr.matching import text as words\nsetattr(words, 'plain', len)",
        "from mlocr.matching.match import Matcher\nMatcher.match = len",
    ):
        assert list(_patches(ast.parse(text), names)) == [text.count("\n") + 1], text
    assert not list(_patches(ast.parse("from mlocr.matching import text\nbest = text.plain\nself.text = 1"), names))


def _patches(tree: ast.Module, names: set[str]) -> list[int]:
    """Lines that assign to an attribute of a compiled module, or of what is imported of one, or reload something."""
    known = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            whole = {alias.asname or alias.name for alias in node.names if f"{node.module}.{alias.name}" in names}
            parts = {alias.asname or alias.name for alias in node.names if node.module in names}
            known |= whole | parts
        elif isinstance(node, ast.Import):
            known |= {alias.asname or alias.name for alias in node.names if alias.name in names}
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            owners = [ast.unparse(each.value) for each in targets if isinstance(each, ast.Attribute)]
            lines += [node.lineno for owner in owners if owner in known]
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            owner = ast.unparse(node.args[0]) if node.args else ""
            if called.endswith("reload") or (called in ("setattr", "object.__setattr__") and owner in known):
                lines.append(node.lineno)
    return lines


# --- setup.py ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("environment", [{}, {"MLOCR_COMPILE": ""}, {"MLOCR_COMPILE": "0"}])
def test_nothing_is_compiled_unless_asked(setup: ModuleType, environment: dict[str, str]) -> None:
    assert setup.additions(environment) == {}


def test_asked_it_makes_extensions_but_not_for_an_editable_install(setup: ModuleType) -> None:
    pytest.importorskip("setuptools")
    from setuptools import Distribution

    asked = setup.additions({"MLOCR_COMPILE": "1"})
    assert not str(asked["options"]["build"]["build_base"]).startswith(str(ROOT))
    distribution = Distribution({key: asked[key] for key in ("ext_modules", "cmdclass")})
    assert distribution.has_ext_modules()
    build = distribution.get_command_obj("build_ext")
    build.inplace = True
    with pytest.raises(SystemExit, match="an editable install cannot be compiled"):
        build.finalize_options()


def test_the_normal_build_needs_no_compiler() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert [need for need in project["build-system"]["requires"] if not need.startswith("setuptools")] == []
    assert not any(need.startswith("mypy") for need in project["project"]["dependencies"])


def test_make_fast_without_a_compiler_is_one_sentence(tmp_path: Path) -> None:
    words = ["sh", str(ROOT / "tools" / "make-fast"), sys.executable, str(tmp_path / "venv")]
    ended = subprocess.run(
        words, cwd=ROOT, env=os.environ | {"CC": "no-such-compiler"}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1 and ended.stdout == ""
    assert ended.stderr.startswith("There is no C compiler (no-such-compiler)") and ended.stderr.count("\n") == 1
    assert not (tmp_path / "venv").exists()


# --- what says it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "said"), [(".py", False), (EXTENSION_SUFFIXES[0], True)])
def test_it_is_told_by_the_file_that_would_be_loaded(monkeypatch: pytest.MonkeyPatch, suffix: str, said: bool) -> None:
    spec = ModuleSpec(compiled.LOOKED_AT, None, origin=f"/somewhere/match{suffix}")
    monkeypatch.setattr(compiled, "find_spec", lambda _name: spec)
    assert compiled.is_compiled() is said
    assert compiled.in_words() == ("matching compiled" if said else "matching not compiled")


# --- the same code in other processes ---------------------------------------------------------------------------------

OTHER = """
import json, multiprocessing, subprocess, sys, os
import mlocr
from mlocr.services.benchmark_match import same_code

def where():
    return mlocr.__file__

if __name__ == "__main__":
    asked = [sys.executable, "-P", "-c", "import mlocr; print(mlocr.__file__)"]
    child = subprocess.check_output(asked, env=same_code(os.environ, sys.path), text=True).strip()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(json.dumps([where(), child, pool.apply(where)]))
"""


def test_children_run_the_code_of_their_parent_wherever_it_was_started(tmp_path: Path) -> None:
    """A folder that holds a package `mlocr` of its own is not looked into, though it is the current one."""
    (tmp_path / "elsewhere" / "mlocr").mkdir(parents=True)
    (tmp_path / "elsewhere" / "mlocr" / "__init__.py").write_text("raise SystemExit('the wrong package')")
    (tmp_path / "asks.py").write_text(OTHER)
    said = subprocess.check_output(
        [sys.executable, str(tmp_path / "asks.py")],
        cwd=tmp_path / "elsewhere",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, sys.path))},
        text=True,
    )
    assert json.loads(said) == [mlocr.__file__] * 3


def test_the_bench_asks_for_the_same_code() -> None:
    assert benchmark_match.SAME_CODE == ("-P", "-m", "mlocr")
    paths = benchmark_match.same_code({"A": "b", "PYTHONPATH": "/old"}, ["", "/one", "two"])
    here = str(Path.cwd())
    assert paths == {"A": "b", "PYTHONPATH": os.pathsep.join([here, "/one", str(Path(here, "two"))])}
