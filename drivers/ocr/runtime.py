"""ONNX Runtime with its telemetry off: a station tells nobody what it does, and waits for no network."""

import os

# Read when the library loads, so it must stand before the import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

onnxruntime.disable_telemetry_events()

__all__ = ["onnxruntime"]
