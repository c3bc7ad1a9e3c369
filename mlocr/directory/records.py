"""City State records that the common words do not have: seasonal, scheme, ZIP split, PO-Box-only; and the edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SeasonalZip:
    """One City State seasonal (N) record: `months` are twelve Y/N flags, January first."""

    zip5: str
    months: str


@dataclass(frozen=True, slots=True)
class SchemeZip:
    """One City State scheme (S) record: mail for `combined_zip` is labelled to `label_zip`."""

    label_zip: str
    combined_zip: str


@dataclass(frozen=True, slots=True)
class ZipSplit:
    """One City State ZIP split (Z) record: a carrier route moved to another ZIP Code. `date` is CCYYMMDD."""

    old_zip: str
    old_carrier_route: str
    new_zip: str
    new_carrier_route: str
    date: str


@dataclass(frozen=True, slots=True)
class PoBoxOnlyZip:
    """One City State PO-Box-only (P) record; its layout beyond the ZIP Code is not published, so `body` is kept raw."""

    zip5: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """What a file's header says: the product's year and month, and the volume number (raw).

    `day` is 0 for the monthly products; the weekly Early Warning file has one.
    """

    year: int
    month: int
    volume: str = ""
    day: int = 0

    @property
    def label(self) -> str:
        """Year and month as text, "2026-11"."""
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A further file of a built directory (a confirming table): name, bytes, and digest (`seal.tree_digest`)."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class DirectoryMeta:
    """What a built directory says of itself: product year and month, counts by record type, inputs with SHA-256.

    `built` is the moment of the build (UTC); `early_warnings` counts the Early Warning System's streets, of the file
    dated `early_warning_date` (ISO; "" without one); `tables` are the files that belong to it.
    """

    product: tuple[int, int]
    zip4_counts: dict[str, int]
    city_state_counts: dict[str, int]
    sources: tuple[tuple[str, str], ...]
    built: datetime
    early_warnings: int = 0
    early_warning_date: str = ""
    tables: tuple[SealedFile, ...] = ()
