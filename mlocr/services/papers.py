"""The papers: Form 3553 from a journal. Only a journal whose chain verifies is reported from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from mlocr.certification.form3553 import Form3553, Names, RunFacts, fill_form, tally
from mlocr.certification.form3553_text import as_json, as_text
from mlocr.directory.edition import check_usable
from mlocr.errors import BadInputError, DataExpiredError, UsageError
from mlocr.station.config import SIMULATED_MACHINE_ID, CertificateSection, JobSection
from mlocr.station.journal import Entry, read_entries

Format = Literal["pdf", "text", "json"]
SIMULATED_DEVICES = frozenset({"mock", "file", "none"})
"""Inkjet drivers at whose end no ink meets paper."""
SEAL_DIGITS = 16


def form3553(journal: Path, runs: Sequence[int] = ()) -> Form3553:
    """The form for these runs of a journal (none named: its last run).

    Raises JournalError when the chain does not verify, BadInputError when there is no such file or run,
    DataExpiredError for a live run whose directory might not code on its day, UsageError for runs that do not go on one
    form.
    """
    if not journal.is_file():
        raise BadInputError(f"there is no journal {journal}; give the journal.db of a run's output folder")
    wanted: Sequence[int | None] = list(dict.fromkeys(runs)) or [None]
    facts = [_facts(list(read_entries(journal, run)), journal, run) for run in wanted]
    try:
        return fill_form(facts)
    except ValueError as error:
        raise UsageError(f"{error}; print one form for each run with --run") from None


def render(form: Form3553, kind: Format) -> bytes:
    """The form as a file's content."""
    if kind == "pdf":
        # Slow to import, and needed for this alone.
        from mlocr.certification.form3553_pdf import as_pdf  # noqa: PLC0415

        return as_pdf(form)
    text = as_text(form) if kind == "text" else json.dumps(as_json(form), ensure_ascii=False) + "\n"
    return text.encode("utf-8", "replace")


def write_form(form: Form3553, kind: Format, out: Path) -> None:
    """Write the form to a file. Raises BadInputError when that is not possible."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(render(form, kind))
    except OSError as error:
        raise BadInputError(f"{out} cannot be written ({error.strerror}); give another --out") from None


def _facts(entries: Sequence[Entry], journal: Path, run: int | None) -> RunFacts:
    started = next((e for e in entries if e.kind == "run_started"), None)
    if started is None:
        which = "holds no run" if run is None else f"holds no run {run}"
        raise BadInputError(f"the journal {journal} {which}; give the journal.db of a finished run")
    body = started.body
    counts = tally((e.kind, e.piece, e.body) for e in entries)
    job, certificate = _table(body, "job"), _table(body, "certificate")
    machine_id = str(body.get("machine_id") or "")
    seal = f"journal row {entries[-1].seq}, seal {entries[-1].hash[:SEAL_DIGITS]}"
    facts = RunFacts(
        processed=_processed(body, journal),
        product=_product(body, journal),
        counts=counts,
        names=_names(job, certificate),
        list_name=_text(job, "list_name"),
        number_of_lists=_whole(job.get("number_of_lists"), 1),
        replay=bool(body.get("replay", True)),
        simulated_machine=machine_id in ("", SIMULATED_MACHINE_ID),
        simulated_line=str(body.get("inkjet") or "") in SIMULATED_DEVICES,
        machine_id=machine_id,
        source=f"run {started.run} of {started.at}, {seal}",
        ended=any(e.kind == "run_ended" for e in entries),
    )
    if not facts.replay:
        _check_live(facts, journal)
    return facts


def _check_live(facts: RunFacts, journal: Path) -> None:
    # Outdated data makes no form; a live run without a known edition cannot show that its data were current.
    if facts.product is None:
        raise DataExpiredError(
            f"the journal {journal} does not say which directory product coded; run again with a built directory"
        )
    check_usable(facts.product, facts.processed)


def _names(job: Mapping[str, object], certificate: Mapping[str, object]) -> Names:
    known = {name: _text(certificate, name) for name in CertificateSection.model_fields}
    known |= {name: _text(job, name) for name in JobSection.model_fields if name in Names.__slots__}
    return Names(**known)


def _processed(body: Mapping[str, object], journal: Path) -> date:
    try:
        return date.fromisoformat(str(body.get("as_of")))
    except ValueError:
        raise BadInputError(
            f"the journal {journal} does not say on which date it coded; report with the version that wrote it"
        ) from None


def _product(body: Mapping[str, object], journal: Path) -> tuple[int, int] | None:
    given = body.get("product")
    if given is None:
        return None
    if isinstance(given, list) and len(given) == 2 and all(isinstance(part, int) for part in given):
        year, month = given
        if 1 <= month <= 12 and 1 <= year <= 9990:
            return year, month
    raise BadInputError(
        f"the journal {journal} names a directory product {given!r} that is no year and month; run again"
    )


def _table(body: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(table: Mapping[str, object], name: str) -> str:
    return str(table.get(name) or "").strip()


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and value > 0 else default
