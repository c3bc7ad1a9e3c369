"""Confirming tables in memory, for tests of matching: what they hold is what a test puts in."""

from __future__ import annotations

from collections.abc import Sequence

from mlocr.errors import TableStoppedError
from mlocr.mail.address import ConvertedAddress


class FakeDpv:
    """Implements `mlocr.ports.DeliveryPointTable`; keys are ZIP+4, primary and (for units) secondary."""

    def __init__(self) -> None:
        self.points: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.seeds: set[tuple[str, ...]] = set()
        self.asked: list[tuple[str, ...]] = []

    def put(self, zip4: str, *numbers: str, flags: Sequence[str] = ()) -> None:
        self.points[(zip4, *numbers)] = tuple(flags)

    def _find(self, *key: str) -> tuple[str, ...] | None:
        self.asked.append(key)
        if key in self.seeds:
            raise TableStoppedError("DPV", "-".join(key))
        return self.points.get(key)

    def primary_confirmed(self, zip5: str, plus4: str, primary: str) -> bool:
        return self._find(f"{zip5}-{plus4}", primary) is not None

    def secondary_confirmed(self, zip5: str, plus4: str, primary: str, secondary: str) -> bool:
        return self._find(f"{zip5}-{plus4}", primary, secondary) is not None

    def flags(self, zip5: str, plus4: str, primary: str, secondary: str) -> Sequence[str]:
        own = self._find(f"{zip5}-{plus4}", primary) or ()
        return (*own, *(self._find(f"{zip5}-{plus4}", primary, secondary) or ())) if secondary else own


class FakeLacsLink:
    """Implements `mlocr.ports.ConvertedAddressTable`."""

    def __init__(self, **answers: ConvertedAddress) -> None:
        self.answers: dict[tuple[str, str, str, str], ConvertedAddress] = {}
        self.asked: list[tuple[str, str, str, str]] = []

    def convert(self, zip5: str, primary: str, street: str, secondary: str) -> ConvertedAddress:
        key = (zip5, primary, street, secondary)
        self.asked.append(key)
        return self.answers.get(key, ConvertedAddress("00"))


class FakeSuiteLink:
    """Implements `mlocr.ports.SuiteTable`."""

    def __init__(self) -> None:
        self.suites: dict[tuple[str, str, str, str], tuple[str, str]] = {}
        self.asked: list[tuple[str, str, str, str]] = []

    def suite(self, zip5: str, plus4: str, primary: str, firm: str) -> tuple[str, str] | None:
        self.asked.append((zip5, plus4, primary, firm))
        return self.suites.get((zip5, plus4, primary, firm))
