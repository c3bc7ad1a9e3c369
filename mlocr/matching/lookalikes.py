"""Streets of the same ZIP Code that a printed line could be instead of the one matched (*ours*)."""

from __future__ import annotations

from mlocr.mail.address import DirectoryRecord
from mlocr.matching.fuzzy import neighbours
from mlocr.matching.streets import STREET_TYPES, street_key
from mlocr.matching.suffixes import SUFFIX_NAMES, SUFFIXES
from mlocr.matching.words import DIRECTIONAL_NAMES, DIRECTIONALS
from mlocr.ports import Directory

_NEAR = 1.25
_MOST = 24


def street_lookalikes(text: str, record: DirectoryRecord, directory: Directory) -> list[str]:
    """The line (in normal form) rewritten for streets of nearly the same name, or of the same name with other parts."""
    name = record.street_name
    found: list[str] = []
    if name in text:
        near = neighbours(name, directory.street_names(record.zip5))
        found += [text.replace(name, n.name, 1) for n in near if n.name != name and n.distance <= _NEAR]
    own = street_key(record)
    for key in dict.fromkeys(
        street_key(r) for r in directory.records(record.zip5, name) if r.record_type in STREET_TYPES
    ):
        if key != own:
            found.append(_with_parts(text, record, key))
    return [t for t in dict.fromkeys(found) if t != text][:_MOST]


def _with_parts(text: str, record: DirectoryRecord, key: tuple[str, str, str, str]) -> str:
    words = text.split()
    for at, word in enumerate(words):
        if at and record.suffix and SUFFIXES.get(word) == record.suffix and key[2]:
            words[at] = key[2] if word == record.suffix else SUFFIX_NAMES.get(key[2], key[2])
        for own, other in ((record.predirectional, key[0]), (record.postdirectional, key[3])):
            if at and own and DIRECTIONALS.get(word) == own and other:
                words[at] = other if len(word) <= 2 else DIRECTIONAL_NAMES.get(other, other)
    return " ".join(words)
