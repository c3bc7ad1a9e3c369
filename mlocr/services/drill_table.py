"""The drill's table: one row a scenario and device, on a terminal or as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from mlocr.services.drill import DrillResult

COLUMNS = ("group", "device", "what was done", "letters", "2x", "wrong", "s", "verdict")


def row(result: DrillResult) -> tuple[str, ...]:
    """The cells of one result: how its letters ended, marks too many (2x) and marks on a wrong letter."""
    letters = ", ".join(f"{count} {end}" for end, count in sorted(result.ends.items(), key=lambda item: -item[1]))
    marks = (str(result.doubles), str(result.wrong))
    return (str(result.group), result.device, result.done, letters, *marks, f"{result.seconds:.1f}", result.verdict)


def problems(result: DrillResult) -> list[str]:
    """What does not hold, a line each."""
    where = f"group {result.group}, {result.name}, {result.device}"
    return [f"{where}: {problem}" for problem in (*result.broken, *result.unexpected)]


def closing(results: Sequence[DrillResult]) -> str:
    """The last line: how many scenarios, letters, marks, and what does not hold."""
    letters = sum(sum(result.ends.values()) for result in results)
    sprayed = sum(result.ends["sprayed"] for result in results)
    bad = sum(result.verdict != "holds" for result in results)
    return (
        f"{len(results)} scenarios, {letters} letters, {sprayed} sprayed,"
        f" {sum(r.doubles for r in results)} double sprays, {sum(r.wrong for r in results)} wrong marks;"
        f" {f'{bad} did not hold' if bad else 'all held'}"
    )


def markdown(results: Sequence[DrillResult]) -> str:
    """The whole table as Markdown."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join(row(result)) + " |" for result in results]
    return "\n".join([*lines, "", closing(results) + "."]) + "\n"
