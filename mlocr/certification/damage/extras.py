"""Lines that are not the address: attention, care of, mail stops, endorsements, keylines; private mailboxes; firms."""

from __future__ import annotations

import random
from dataclasses import replace

from mlocr.certification.damage.written import WrittenAddress
from mlocr.mail.address import AddressKind

PERSONS = ("JOHN DOE", "MARIA SANTOS", "PAT O NEILL", "R J WHITAKER", "SUSAN B ALDEN", "MR T COLLINS JR")
FIRMS = ("HARBOR TOOL SUPPLY", "NORTHGATE DENTAL GROUP", "KESTREL PRINTING INC", "A1 AUTO PARTS", "BLUE HERON CAFE LLC")
ENDORSEMENTS = (
    "ELECTRONIC SERVICE REQUESTED",
    "RETURN SERVICE REQUESTED",
    "ADDRESS SERVICE REQUESTED",
    "CHANGE SERVICE REQUESTED",
)
OPTIONAL_LINES = (
    "***************AUTO**5-DIGIT {zip}",
    "*****************ECRLOT**C-{route}",
    "**************SCH 5-DIGIT {zip}",
)


def _top(address: WrittenAddress, line: str) -> WrittenAddress:
    return replace(address, above=(*address.above, line))


def attention(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """An attention line (Publication 28 section 333)."""
    return _top(address, f"{rng.choice(('ATTN', 'ATTN:', 'ATTENTION'))} {rng.choice(PERSONS)}")


def care_of(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A care-of line below the name."""
    return (
        replace(
            address, person=address.person or rng.choice(PERSONS), firm_below=True, firm=f"C/O {rng.choice(PERSONS)}"
        )
        if not address.firm
        else _top(address, f"C/O {rng.choice(PERSONS)}")
    )


def mail_stop(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A mail stop code (Publication 28 section 334)."""
    return _top(address, f"{rng.choice(('MSC', 'MAIL STOP', 'MS'))} {rng.randrange(10, 9999)}")


def endorsement(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """An ancillary service endorsement above the address."""
    return replace(address, above=(rng.choice(ENDORSEMENTS), *address.above))


def keyline(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A mailer's keyline above the name."""
    key = f"#BWNCQQR #{rng.randrange(10**6):06d}# {rng.randrange(100, 999)}"
    return replace(address, above=(key, *address.above))


def carrier_route_line(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """An optional endorsement line with ZIP Code or carrier route."""
    line = rng.choice(OPTIONAL_LINES).format(zip=address.zip5 or "00000", route=f"{rng.randrange(1, 99):03d}")
    return replace(address, above=(line, *address.above))


def occupant(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """An occupant address (DMM 602 3.0)."""
    return (
        None
        if address.firm
        else replace(address, person=rng.choice(("OCCUPANT", "POSTAL CUSTOMER", "RESIDENT", "BOXHOLDER")))
    )


def exceptional(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """An exceptional address (DMM 602 3.0)."""
    if address.firm:
        return None
    return replace(address, person=f"{rng.choice(PERSONS)} OR {rng.choice(('CURRENT RESIDENT', 'CURRENT OCCUPANT'))}")


def private_mailbox(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A private mailbox at a commercial mail receiver (Publication 28 section 285)."""
    if address.private_mailbox or address.kind in (AddressKind.GENERAL_DELIVERY, AddressKind.MILITARY):
        return None
    return replace(address, private_mailbox=f"PMB {rng.randrange(2, 899)}")


def private_mailbox_sign(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A private mailbox as a number sign behind a complete unit or a box (Publication 28 section 285)."""
    complete = bool(address.unit) or (bool(address.box_word) and address.kind is not AddressKind.MILITARY)
    if address.private_mailbox or not complete or address.designator == "#":
        return None
    return replace(address, private_mailbox=f"# {rng.randrange(2, 899)}")


def dual_address(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A second delivery address above the one above the last line, which counts (Publication 28, dual addresses)."""
    if address.kind is AddressKind.PO_BOX:
        return replace(address, second_delivery=f"{rng.randrange(10, 990)} MAIN ST")
    if address.kind is AddressKind.STREET and not address.unit_text:
        return replace(address, second_delivery=f"PO BOX {rng.randrange(1, 400)}")
    return None


def firm_above(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A firm that has no record of its own, above the street."""
    return None if address.firm else replace(address, firm=rng.choice(FIRMS))


def firm_below_person(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """The firm below a person's name."""
    if not address.firm:
        return None
    return replace(address, firm_below=True, person=address.person or rng.choice(PERSONS))


def firm_above_last_line(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """The firm below the street, above the last line."""
    return replace(address, firm_last=True) if address.firm and not address.urbanization else None


def firm_short(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """INC, LLC, CORP or CO left out or added."""
    words = address.firm.split()
    if not words:
        return None
    if words[-1] in ("INC", "LLC", "CORP", "CO", "LTD"):
        return replace(address, firm=" ".join(words[:-1])) if len(words) > 2 else None
    return replace(address, firm=f"{address.firm} {rng.choice(('INC', 'LLC', 'CORP'))}")
