"""Mutation testing of a small pure module: change one thing at a time and see whether its tests notice.

    python benchmarks/mutation.py mlocr.matching.delivery_point tests/unit/test_delivery_point.py
    python benchmarks/mutation.py mlocr.matching.ranges tests/unit/test_match_ranges.py

Every mutant runs in a forked child of a process that has the tests' libraries loaded, so several a second run. What a
mutant survives is printed with its line; `docs/mutation.md` explains the ones that may. POSIX only (fork).
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SECONDS = 30
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
}


@dataclass(frozen=True)
class Mutant:
    """One change: where, what was there, what stands there now, and the whole changed module."""

    line: int
    before: str
    after: str
    tree: ast.Module


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Every other node that may stand in a node's place."""
    if isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for at in range(len(node.values)):
            rest = [*node.values[:at], *node.values[at + 1 :]]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    else:
        yield from _operators(node)


def _constants(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    elif isinstance(node.value, str):
        yield ast.Constant(node.value + "X")
        if node.value:
            yield ast.Constant("")


def _operators(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            for other in _COMPARISONS.get(type(op), ()):
                yield ast.Compare(node.left, [*node.ops[:at], other(), *node.ops[at + 1 :]], node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in _SUMS:
        yield ast.BinOp(node.left, _SUMS[type(node.op)](), node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.If):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def _docstrings(tree: ast.Module) -> set[int]:
    bodies = (n.body for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef))
    return {id(s.value) for body in bodies for s in body if isinstance(s, ast.Expr)}


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module. Docstrings, annotations and imports stay."""
    tree = ast.parse(source)
    kept = _docstrings(tree)
    for parent in ast.walk(tree):
        for field, held in ast.iter_fields(parent):
            if field in ("annotation", "returns", "decorator_list"):
                continue
            for at, node in enumerate(held if isinstance(held, list) else [held]):
                if not isinstance(node, ast.AST) or id(node) in kept or not hasattr(node, "lineno"):
                    continue
                for other in changes(node):
                    ast.copy_location(other, node)
                    ast.fix_missing_locations(other)
                    _put(parent, field, at, other)
                    yield Mutant(node.lineno, _text(node), _text(other), copy.deepcopy(tree))
                    _put(parent, field, at, node)


def _put(parent: ast.AST, field: str, at: int, node: ast.AST) -> None:
    held = getattr(parent, field)
    if isinstance(held, list):
        held[at] = node
    else:
        setattr(parent, field, node)


def _text(node: ast.AST) -> str:
    return ast.unparse(node).split("\n")[0][:100]


def killed(module: str, mutant: Mutant, tests: list[str]) -> bool:
    """Whether the tests fail, or run too long, with the mutant in the module's place."""
    child = os.fork()
    if child == 0:
        os._exit(_run(module, mutant, tests))
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _run(module: str, mutant: Mutant, tests: list[str]) -> int:
    """In the child: the mutant stands in for the module wherever its names were taken; the tests run silently."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    real = sys.modules[module]
    old = dict(vars(real))
    try:
        exec(compile(mutant.tree, str(real.__file__), "exec"), real.__dict__)
        for each in [m for name, m in sys.modules.items() if name.startswith("mlocr.") and m is not real]:
            for name, value in list(vars(each).items()):
                if name in old and old[name] is value and callable(value):
                    setattr(each, name, getattr(real, name))
        for path in tests:
            run_tests(Path(path))
    except Exception:
        return 1
    return 0


def run_tests(path: Path) -> None:
    """Every test function of a file without fixtures, with its `parametrize` marks. Raises what they raise."""
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    held = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(held)
    for name, test in vars(held).items():
        if not name.startswith("test_"):
            continue
        cases: list[dict[str, object]] = [{}]
        for mark in getattr(test, "pytestmark", []):
            if mark.name == "parametrize":
                cases = [case | row for case in cases for row in _rows(*mark.args[:2])]
        for case in cases:
            test(**case)


def _rows(names: str | tuple[str, ...], values: Sequence[object]) -> Iterator[dict[str, object]]:
    wanted = [n.strip() for n in names.split(",")] if isinstance(names, str) else list(names)
    for value in values:
        row = getattr(value, "values", value) if type(value).__name__ == "ParameterSet" else value
        yield dict(zip(wanted, row if len(wanted) > 1 else (row,), strict=True))  # type: ignore[arg-type]


def main() -> int:
    """Run every mutant of one module against its tests; print the survivors. Exit code 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module")
    parser.add_argument("tests", nargs="+")
    given = parser.parse_args()
    importlib.import_module(given.module)
    for path in given.tests:
        run_tests(Path(path))
    source = Path(str(sys.modules[given.module].__file__)).read_text("utf-8")
    every = list(mutants(source))
    survivors = [m for m in every if not killed(given.module, m, given.tests)]
    for mutant in survivors:
        print(f"line {mutant.line}: {mutant.before}  ->  {mutant.after}")
    print(f"{given.module}: {len(every)} mutants, {len(every) - len(survivors)} killed, {len(survivors)} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
