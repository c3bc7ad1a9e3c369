"""The benchmark for people: the same rows on a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from mlocr.services.benchmark_figures import Figures, PartResult
from mlocr.services.benchmark_locate import located_lines
from mlocr.services.benchmark_scene import Scene

COLUMNS = ("part", "letters", "procs", "ms p50", "p95", "p99", "per s", "per hour", "right", "wrong")


def row(result: PartResult) -> tuple[str, ...]:
    """One part as texts under COLUMNS; a skipped part has its sentence elsewhere."""
    figures = result.figures
    if figures is None:
        return (result.part, "skipped", *[""] * (len(COLUMNS) - 2))
    spread, tally = figures.milliseconds, figures.tally
    times = [_short(value) for value in (spread.median, spread.p95, spread.p99)] if spread else ["-"] * 3
    scored = (f"{tally.right}/{tally.full}", str(tally.wrong)) if tally else ("", "")
    rate = figures.rate
    return (
        result.part,
        str(figures.letters),
        str(figures.processes),
        *times,
        _short(rate),
        f"{round(rate * 3600):,}",
        *scored,
    )


def _short(value: float) -> str:
    """Three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def closing_lines(results: Sequence[PartResult]) -> list[str]:
    """What stands under the table: skipped parts and, last, the ratio that counts."""
    lines = [f"{result.part} skipped: {result.skipped}" for result in results if result.skipped]
    lines += located_lines(results)
    lines += [
        _troubled(result.part, result.figures) for result in results if result.figures and result.figures.troubled
    ]
    for result in results:
        comparison = result.comparison
        if comparison is None or comparison.ratio is None:
            continue
        rounds = ", ".join(f"{ratio:.2f}" for ratio in comparison.speed)
        lines.append(f"line to peer: {comparison.ratio:.2f} times the letters an hour (round by round {rounds})")
        if comparison.right is not None:
            lines.append(f"line to peer: {comparison.right:.1f} times the right full codes an hour")
        lines += _wrong_codes(results)
    return lines


def _troubled(part: str, figures: Figures) -> str:
    ended = f"{figures.troubled} pieces of all runs ended late, faulted or indeterminate"
    return f"{part}: {ended}, which at pace max none should; look at this machine's load, then at the wire"


def _wrong_codes(results: Sequence[PartResult]) -> list[str]:
    by_part: dict[str, Figures] = {result.part: result.figures for result in results if result.figures}
    line, peer = (by_part[part].tally if part in by_part else None for part in ("line", "peer"))
    if line is None or peer is None:
        return []
    return [f"wrong codes: line {line.wrong}, peer {peer.wrong}, of {peer.letters} letters each"]


def heading(at: Scene) -> str:
    """Machine, date and deck in one line."""
    load = "" if at.load is None else f", load {at.load:g} at the start"
    day = at.date.strftime("%Y-%m-%d")
    return (
        f"{at.cpu}, {at.cores} cores{load}; Python {at.python}, {at.system}; {day};"
        f" deck: {at.deck}; runs: {at.runs}, medians"
    )


def markdown(at: Scene, results: Sequence[PartResult]) -> str:
    """The README's table with machine and date above it and the ratios below."""
    rule = ["---", *["---:"] * (len(COLUMNS) - 1)]
    rows = [COLUMNS, rule, *(row(result) for result in results)]
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in rows)
    said = "\n".join(f"- {line}" for line in closing_lines(results))
    return f"{heading(at)}\n\n{table}\n" + (f"\n{said}\n" if said else "")
