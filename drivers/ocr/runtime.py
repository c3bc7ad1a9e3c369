"""ONNX Runtime with its telemetry off: a station tells nobody what it does, and waits for no network."""

import os

# Read when the library loads, so it must stand before the import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

onnxruntime.disable_telemetry_events()

__all__ = ["onnxruntime", "single_threaded"]


def single_threaded(model: bytes, keeps_memory: bool = True) -> onnxruntime.InferenceSession:
    """A session on the processor that keeps to the thread it is called on: every worker has one core.

    One that is seldom run gives its working memory back after each run (`keeps_memory` False).
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = options.enable_mem_pattern = keeps_memory
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
