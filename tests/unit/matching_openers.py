"""Matchers for the batch's workers: they echo, stop, die or ask for it, without a directory."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from mlocr.errors import DataExpiredError, SealBrokenError, TableStoppedError
from mlocr.mail.address import AddressBlock
from mlocr.mail.code import RoutingCode
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason


class Echo:
    """Codes a line of five digits as that ZIP Code; `SEED`, `SEAL`, `BUG` and `KILL` do what they say."""

    def match(self, block: AddressBlock) -> Match:
        text = block.lines[0].text if block.lines else ""
        if text == "SEED":
            raise TableStoppedError("dpv", "seed 7")
        if text == "SEAL":
            raise SealBrokenError("the seal is broken; build the directory again")
        if text == "BUG":
            raise ValueError("a fault of our own")
        if text == "KILL" and multiprocessing.parent_process() is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        if text.isdecimal() and len(text) == 5:
            return Match(RoutingCode(text), RejectReason.NO_ADDON, delivery_line=text)
        return Match(None, RejectReason.NO_SUCH_STREET, delivery_line=text)


@contextmanager
def echo() -> Iterator[Echo]:
    yield Echo()


@contextmanager
def echo_in_the_parent_only() -> Iterator[Echo]:
    """Workers find the directory expired."""
    if multiprocessing.parent_process() is not None:
        raise DataExpiredError("the directory is of yesterday; get a new one")
    yield Echo()


@contextmanager
def dying() -> Iterator[Echo]:
    """Workers end before they are ready."""
    if multiprocessing.parent_process() is not None:
        os._exit(3)
    yield Echo()
