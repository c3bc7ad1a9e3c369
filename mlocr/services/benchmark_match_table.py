"""The figures of `mlocr bench match` for people: the same rows on a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlocr.services.benchmark_match import CommandResult, GroupResult, MatchResult, Skipped
from mlocr.services.benchmark_scene import Scene

COLUMNS = ("addresses", "by", "count", "procs", "per s", "right", "coarser", "wrong")


def rows(results: Sequence[MatchResult]) -> Iterator[tuple[str, ...]]:
    """One group and engine a row, under COLUMNS."""
    for result in results:
        if isinstance(result, GroupResult):
            scored = result.tally
            counts = (scored.right, scored.coarser, scored.wrong) if scored else ("", "", "")
            yield (
                result.group,
                result.engine,
                f"{result.cases:,}",
                str(result.processes),
                f"{result.rate:,.0f}",
                *map(str, counts),
            )


def lines(results: Sequence[MatchResult]) -> Iterator[str]:
    """What stands under the table: the command as a whole, its memory, a worker's start, and what was skipped."""
    for result in results:
        if isinstance(result, Skipped):
            yield f"{result.engine} skipped: {result.why}"
        elif isinstance(result, CommandResult):
            rate = result.addresses / result.seconds
            yield (
                f"mlocr match --json, start to end: {result.addresses:,} clean addresses in {result.seconds:.2f} s"
                f" ({rate:,.0f} a second)"
            )
            yield f"a worker is ready {result.worker_start_s:.2f} s after its start"
            if result.peak_kib:
                parent, *workers = (kib / 1024 for kib in result.peak_kib)
                each = ", ".join(f"{mib:.0f}" for mib in workers)
                yield (
                    f"peak memory: {parent + sum(workers):.0f} MiB together"
                    f" (parent {parent:.0f}{f', workers {each}' if workers else ''})"
                )


def heading(at: Scene) -> str:
    """Machine, date, directory and whether matching is compiled, in one line."""
    load = "" if at.load is None else f", load {at.load:g} at the start"
    return (
        f"{at.cpu}, {at.cores} cores{load}; Python {at.python}, {at.system}; {at.date:%Y-%m-%d};"
        f" matching {'' if at.compiled else 'not '}compiled; directory: {at.deck}; runs: {at.runs}, medians"
    )


def markdown_table(at: Scene, results: Sequence[MatchResult]) -> str:
    """The same as Markdown."""
    rule = ["---", "---", *["---:"] * (len(COLUMNS) - 2)]
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in [COLUMNS, rule, *rows(results)])
    said = "\n".join(f"- {line}" for line in lines(results))
    return f"{heading(at)}\n\n{table}\n\n{said}\n"
