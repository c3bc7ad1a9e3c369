"""The station's log: one event a line on standard error; for people on a terminal, JSON elsewhere.

It tells of the machine, never of addresses. What must last stands in the journal, not here.
"""

from __future__ import annotations

import logging
from typing import TextIO

import structlog

Logger = structlog.typing.FilteringBoundLogger


def build_logger(stream: TextIO, verbose: bool) -> Logger:
    """A logger onto `stream`: warnings and worse, or everything when `verbose`."""
    terminal = stream.isatty()
    render: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=terminal) if terminal else structlog.processors.JSONRenderer()
    )
    logger: Logger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO if verbose else logging.WARNING),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            render,
        ],
    )
    return logger


def silent_logger() -> Logger:
    """A logger that says nothing: for tests and callers who do not ask for one."""
    logger: Logger = structlog.wrap_logger(
        structlog.ReturnLogger(), wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL)
    )
    return logger
