"""The CTC loss and its gradient, by forward and backward sums in double precision.

Our own because the one that PyTorch 2.13 brings for processors gave infinite and wrong gradients on batches of lines of
several lengths (seen on a build for AVX-512); `tests/unit/test_training.py` holds this one against finite differences.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]


def loss_and_gradient(
    logits: NDArray[np.float32], steps: Sequence[int], labels: Sequence[Sequence[int]]
) -> tuple[Real, NDArray[np.float32]]:
    """Negative log likelihood of each line, and its gradient with respect to the logits.

    `logits` is (lines, classes, time) with class 0 the blank; `steps` how many of the times each line has. A line whose
    labels do not fit into its steps has the loss infinity and no gradient.
    """
    z = logits.transpose(2, 0, 1).astype(np.float64)
    z -= z.max(axis=2, keepdims=True)
    p = np.exp(z)
    p /= p.sum(axis=2, keepdims=True)
    time, lines, classes = p.shape
    states = 2 * max(len(x) for x in labels) + 1
    spelled = np.zeros((lines, states), dtype=np.intp)
    ends = np.array([2 * len(x) for x in labels])
    for row, label in zip(spelled, labels, strict=True):
        row[1 : 2 * len(label) : 2] = label
    count = np.asarray(steps)
    inside = np.arange(states)[None, :] <= ends[:, None]
    seen = np.take_along_axis(p, np.broadcast_to(spelled, (time, lines, states)), axis=2) * inside
    back_state = np.clip(ends[:, None] - np.arange(states)[None, :], 0, None)
    back_time = np.clip(count[None, :] - 1 - np.arange(time)[:, None], 0, None)
    seen_back = np.take_along_axis(seen, back_time[:, :, None], axis=0)
    seen_back = np.take_along_axis(seen_back, np.broadcast_to(back_state, seen.shape), axis=2) * inside
    spelled_back = np.take_along_axis(spelled, back_state, axis=1)
    before, after, logs = _sums(np.concatenate([seen, seen_back], axis=1), np.concatenate([spelled, spelled_back]))
    alpha, beta = after[:, :lines], before[:, lines:]
    beta = np.take_along_axis(
        np.take_along_axis(beta, back_time[:, :, None], axis=0), np.broadcast_to(back_state, seen.shape), axis=2
    )
    held = alpha * beta * inside
    total = held.sum(axis=2, keepdims=True)
    live = np.arange(time)[:, None] < count[None, :]
    last = np.take_along_axis(alpha, (count - 1)[None, :, None], axis=0)[0]
    end = last[np.arange(lines), ends] + np.where(ends > 0, last[np.arange(lines), ends - 1], 0.0)
    fits = (end > 0) & ((total[:, :, 0] > 0) | ~live).all(axis=0)
    logs_to_end = np.where(live, logs[:, :lines], 0.0).sum(axis=0)
    loss = np.where(fits, -(logs_to_end + np.log(np.maximum(end, 1e-300))), np.inf)
    share = held / np.maximum(total, 1e-300)
    one_hot = np.zeros((lines, states, classes))
    np.put_along_axis(one_hot, spelled[:, :, None], 1.0, axis=2)
    wanted = np.matmul(share.transpose(1, 0, 2), one_hot)
    gradient = (p.transpose(1, 0, 2) - wanted) * (live.T & fits[:, None])[:, :, None]
    return loss, np.ascontiguousarray(gradient.transpose(0, 2, 1), dtype=np.float32)


def _sums(seen: Real, spelled: NDArray[np.intp]) -> tuple[Real, Real, Real]:
    """Forward sums, before and after each step's own likelihood, scaled to sum one; and the logs of the scales."""
    time, lines, states = seen.shape
    skip = np.zeros((lines, states))
    skip[:, 2:] = (spelled[:, 2:] != 0) & (spelled[:, 2:] != spelled[:, :-2])
    before, after, logs = np.empty_like(seen), np.empty_like(seen), np.empty((time, lines))
    start = np.zeros((lines, states + 2))
    start[:, 2:4] = 1.0
    held = start
    for t in range(time):
        if t:
            before[t] = held[:, 2:] + held[:, 1:-1] + skip * held[:, :-2]
        else:
            before[0] = start[:, 2:]
        now = before[t] * seen[t]
        scale = now.sum(axis=1, keepdims=True)
        logs[t] = np.log(np.maximum(scale[:, 0], 1e-300))
        now /= np.maximum(scale, 1e-300)
        after[t] = now
        held = np.zeros((lines, states + 2))
        held[:, 2:] = now
    return before, after, logs
