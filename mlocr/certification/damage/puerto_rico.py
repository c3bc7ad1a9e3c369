"""Puerto Rico: urbanizations and Spanish forms (Publication 28 section 29)."""

from __future__ import annotations

import random
from dataclasses import replace

from mlocr.certification.damage.written import WrittenAddress
from mlocr.mail.address import AddressKind

SPANISH_FIRST = ("CALLE", "AVE", "CAM", "CARR", "PASEO", "VIA")


def urbanization_word(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """URBANIZACION LOS OLMOS, or LOS OLMOS alone, for URB LOS OLMOS."""
    if not address.urbanization.startswith("URB "):
        return None
    name = address.urbanization.removeprefix("URB ")
    return replace(address, urbanization=rng.choice((f"URBANIZACION {name}", f"URB. {name}")))


def urbanization_on_line(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """The urbanization behind the street on one line: 123 CALLE 1 URB LOS OLMOS."""
    if (
        not address.urbanization
        or address.unit_text
        or address.private_mailbox
        or address.kind is not AddressKind.STREET
    ):
        return None
    return replace(address, urbanization="", private_mailbox=address.urbanization)


def number_last(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """CALLE AMAPOLA 123, AVE PONCE DE LEON 1250."""
    if address.street.split(" ")[0] not in SPANISH_FIRST or address.street[-1:].isdigit() or address.state != "PR":
        return None
    return None if address.unit_text else replace(address, number_last=True)


def street_word(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """AVENIDA for AVE, C/ for CALLE, CARRETERA for CARR, CAMINO for CAM."""
    first, _, rest = address.street.partition(" ")
    forms = {"CALLE": ("CLL",), "AVE": ("AVENIDA",), "CAM": ("CAMINO",), "CARR": ("CARRETERA",)}.get(first)
    return replace(address, street=f"{rng.choice(forms)} {rest}") if forms and rest and address.state == "PR" else None


def box_spanish(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """APARTADO 825 for PO BOX 825 (Publication 28 section 295)."""
    if address.kind is not AddressKind.PO_BOX or address.state != "PR":
        return None
    return replace(address, route=rng.choice(("APARTADO", "APDO", "APARTADO POSTAL")))
