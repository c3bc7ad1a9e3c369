"""What pyproject.toml does not say: with MLOCR_COMPILE=1 the matching modules are compiled, otherwise nothing is.

`make fast` sets it, for an environment of its own (docs/decisions/0023). By hand it takes a C compiler and an
environment that holds the project's dependencies and its extra `compile`:

    MLOCR_COMPILE=1 pip install --no-build-isolation .
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
COMPILED = (
    "mlocr/mail/street.py",
    "mlocr/matching/*.py",
    "mlocr/directory/caches.py",
    "mlocr/directory/packing.py",
    "mlocr/directory/store.py",
    "mlocr/services/matching_answers.py",
    "mlocr/services/matching_job.py",
)
"""What is compiled, the one list of it: the way of an address from its lines to its answer's text."""

STAY = ("mlocr/matching/settings.py",)
"""Not compiled, as the values in `mlocr/mail` are not: they travel between processes, and what mypyc 2.4 makes of a
frozen dataclass cannot be unpickled. Nor is `services/matching_questions.py`, whose field named `id` breaks its import.
"""


def compiled_files() -> list[str]:
    """The files of the list, relative to the project's folder."""
    found = {file.relative_to(ROOT).as_posix() for pattern in COMPILED for file in ROOT.glob(pattern)}
    return sorted(file for file in found if not file.endswith("__init__.py") and file not in STAY)


def additions(environment: Mapping[str, str]) -> dict[str, Any]:
    """What `setup` is told beside pyproject.toml: nothing without MLOCR_COMPILE=1."""
    if environment.get("MLOCR_COMPILE") != "1":
        return {}
    from setuptools import Extension
    from setuptools.command.build_ext import build_ext

    # Of its own, since whatever an earlier build left in build/ would be installed as well.
    folder = tempfile.mkdtemp(prefix="mlocr-compile-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

    class CompileMatching(build_ext):
        """Makes the extensions, for installs that are not editable."""

        def finalize_options(self) -> None:
            if self.inplace or self.editable_mode:
                # Beside its source a compiled module would hide each later change of it.
                sys.exit("an editable install cannot be compiled; leave out --editable, or MLOCR_COMPILE=1")
            try:
                from mypyc.build import mypycify
            except ImportError:
                sys.exit("MLOCR_COMPILE=1 needs mypy; run `make fast`, or do as the head of setup.py says")
            self.distribution.ext_modules = mypycify(
                compiled_files(), opt_level="2", debug_level="0", group_name="mlocr", target_dir=f"{folder}/c"
            )
            super().finalize_options()

    return {
        "ext_modules": [Extension("mlocr", [])],  # stands for all of them until then: the wheel has a platform
        "cmdclass": {"build_ext": CompileMatching},
        "options": {"build": {"build_base": folder}},
    }


if __name__ == "__main__":
    from setuptools import setup

    setup(**additions(os.environ))
