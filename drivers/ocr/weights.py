"""The recogniser's weights: found in the installed rapidocr wheel, its head cut to ASCII, kept in the user's cache.

The wheel's PP-OCRv6 small recogniser knows 18,708 characters; an address needs the 94 printable ASCII ones and the
space. Cutting the last matrix to these (and the CTC blank) saves a fifth of the time and makes the posteriors small.
None of rapidocr's code runs: only its file is read, and its hash checked.
"""

import contextlib
import hashlib
import importlib.util
import os
import tempfile
from pathlib import Path

from mlocr.errors import ConfigurationError

MODEL = "PP-OCRv6_rec_small.onnx"
MODEL_SHA256 = "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"
DERIVATION = 1  # raise when the cut changes, so that old cache files are not used

# Class 0 of the cut head is the CTC blank, class i is CHARACTERS[i - 1].
CHARACTERS = "".join(chr(c) for c in range(33, 127)) + " "


def installed_model(name: str = MODEL) -> Path:
    """A model's file in the installed wheel. Raises ConfigurationError when it is not there."""
    spec = importlib.util.find_spec("rapidocr")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "models" / name
        if path.is_file():
            return path
    raise ConfigurationError(
        f"the reader's weights {name} are not installed; install rapidocr==3.10.0 or choose another engine"
    )


def read_model(name: str, digest: str) -> bytes:
    """A model of the installed wheel, its SHA-256 checked. Raises ConfigurationError when it is absent or another."""
    source = installed_model(name)
    held = source.read_bytes()
    if hashlib.sha256(held).hexdigest() != digest:
        raise ConfigurationError(f"{source} is not the file it should be; reinstall the package rapidocr==3.10.0")
    return held


def ascii_model(cache: Path) -> bytes:
    """The recogniser with its head cut to ASCII, as serialized ONNX.

    Derived once into `cache` and checked by hash afterwards. Two processes may derive at once: each writes its own
    temporary file and renames it. A cache that cannot be written costs time at every start, nothing else.
    """
    target = cache / f"rec-ascii-{DERIVATION}-{MODEL_SHA256[:12]}.onnx"
    kept = _checked(target)
    if kept is not None:
        return kept
    model = _cut(read_model(MODEL, MODEL_SHA256))
    with contextlib.suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        _write(target, model)
        _write(_hash_file(target), hashlib.sha256(model).hexdigest().encode("ascii"))
    return model


def _hash_file(target: Path) -> Path:
    return target.with_suffix(".sha256")


def _checked(target: Path) -> bytes | None:
    """The cached model, or None when it is absent or its hash does not fit."""
    try:
        model = target.read_bytes()
        wanted = _hash_file(target).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return model if hashlib.sha256(model).hexdigest() == wanted else None


def _write(target: Path, content: bytes) -> None:
    """Write whole or not at all: a reader never sees half a file."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _cut(original: bytes) -> bytes:
    """Keep the columns of the last matrix that stand for the blank, printable ASCII and the space."""
    # Needed once per installation, and slow to import.
    import onnx  # noqa: PLC0415
    from onnx import numpy_helper  # noqa: PLC0415

    model = onnx.load_from_string(original)
    graph = model.graph
    entry = next((p for p in model.metadata_props if p.key == "character"), None)
    producer = {name: node for node in graph.node for name in node.output}
    weights = {w.name: w for w in graph.initializer}
    softmax = producer[graph.output[0].name]
    node, bias, matrix = softmax, None, None
    while matrix is None and node.input:
        held = [name for name in node.input if name in weights]
        if node.op_type == "Add" and held:
            bias = weights[held[0]]
        elif node.op_type == "MatMul" and held:
            matrix = weights[held[0]]
            break
        node = producer[next(name for name in node.input if name not in weights)]
    if entry is None or bias is None or matrix is None:
        raise ConfigurationError(f"{MODEL} has no head that can be cut; reinstall the package rapidocr==3.10.0")
    # The wheel's own order: blank first, then the dictionary line by line, then the space.
    names = ["", *entry.value.split("\n"), " "]
    keep = [0, *(names.index(c) for c in CHARACTERS[:-1]), bias.dims[0] - 1]
    old = numpy_helper.to_array(matrix)
    matrix.CopyFrom(numpy_helper.from_array(old[:, keep].copy(), matrix.name))
    bias.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(bias)[keep].copy(), bias.name))
    graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(keep)
    del graph.value_info[:]
    del model.metadata_props[:]
    return bytes(model.SerializeToString(deterministic=True))
