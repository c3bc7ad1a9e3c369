"""The forms of PO boxes, rural and highway contract routes, general delivery and military addresses."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from mlocr.certification.damage.written import WrittenAddress
from mlocr.mail.address import AddressKind

BOX_FORMS = ("P.O. BOX", "P O BOX", "P. O. BOX", "POST OFFICE BOX", "PO BX", "POB", "BOX", "P.O.BOX")
ROUTE_FORMS: Mapping[str, tuple[str, ...]] = {
    "RR": ("RURAL ROUTE {}", "R.R. {}", "R R {}", "RURAL RT {}", "RR{}", "RR NO {}", "RR #{}", "R R NO. {}"),
    "HC": ("HIGHWAY CONTRACT {}", "HCR {}", "H.C. {}", "HIGHWAY CONTRACT ROUTE {}", "HC{}", "HWY CONTRACT {}"),
}


def box_form(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """P.O. BOX, POST OFFICE BOX, POB and the like."""
    return replace(address, route=rng.choice(BOX_FORMS)) if address.kind is AddressKind.PO_BOX else None


def _box_named(address: WrittenAddress, *names: str, rng: random.Random) -> WrittenAddress | None:
    return replace(address, route=rng.choice(names)) if address.kind is AddressKind.PO_BOX else None


def caller(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """CALLER 25 for PO BOX 25 (Publication 28 section 281)."""
    return _box_named(address, "CALLER", "CALLER NO", rng=rng)


def drawer(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """DRAWER 25 for PO BOX 25 (Publication 28 section 281)."""
    return _box_named(address, "DRAWER", "PO DRAWER", "P O DRAWER", rng=rng)


def lockbox(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """LOCKBOX 25 for PO BOX 25 (Publication 28 section 281)."""
    return _box_named(address, "LOCKBOX", "LOCK BOX", "PO LOCKBOX", rng=rng)


def bin_number(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """BIN 25 for PO BOX 25 (Publication 28 section 281)."""
    return _box_named(address, "BIN", rng=rng)


def box_glued(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """PO BOX25, RR 1 BOX12."""
    if address.kind is AddressKind.STREET or not address.number:
        return None
    return replace(address, joined=address.joined | {"box"})


def box_number_sign(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """PO BOX #25, RR 1 BOX #12."""
    if address.kind is AddressKind.STREET or not address.number[:1].isdigit():
        return None
    return replace(address, number=f"#{address.number}")


def route_form(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """RURAL ROUTE 1, R.R. 1, HIGHWAY CONTRACT 3, HCR 3."""
    kind, _, which = address.route.partition(" ")
    forms = ROUTE_FORMS.get(kind)
    return replace(address, route=rng.choice(forms).format(which)) if forms and which else None


def route_as_rfd(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """RFD 1 for RR 1 (Publication 28 section 242)."""
    kind, _, which = address.route.partition(" ")
    if kind != "RR":
        return None
    return replace(address, route=rng.choice(("RFD {}", "RFD ROUTE {}", "R F D {}", "R.F.D. {}")).format(which))


def route_as_star(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """STAR ROUTE 3 for HC 3 (Publication 28 section 252)."""
    kind, _, which = address.route.partition(" ")
    return replace(address, route=f"STAR ROUTE {which}") if kind == "HC" else None


def route_zero(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """RR 03 BOX 12 for RR 3 BOX 12 (Publication 28 section 243)."""
    kind, _, which = address.route.partition(" ")
    return replace(address, route=f"{kind} 0{which}") if kind in ("RR", "HC") and len(which) == 1 else None


def route_comma(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """RR 1, BOX 12."""
    if not address.box_word or address.kind is AddressKind.PO_BOX:
        return None
    return replace(address, route=address.route + ",")


def general_form(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """GEN DELIVERY, GEN DEL for GENERAL DELIVERY."""
    if address.kind is not AddressKind.GENERAL_DELIVERY:
        return None
    return replace(address, route=rng.choice(("GEN DELIVERY", "GEN DEL", "GENERAL DEL", "GEN. DELIVERY")))


def military_old(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """PSC 802, BX 12; UNIT # 2050 BOX 4190."""
    if address.kind is not AddressKind.MILITARY or not address.box_word:
        return None
    kind, _, which = address.route.partition(" ")
    forms = ((f"{kind} {which},", "BOX"), (address.route, "BX"), (f"{kind} NO {which}", "BOX"))
    route, word = rng.choice(forms)
    return replace(address, route=route, box_word=word)
