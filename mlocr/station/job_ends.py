"""What a job's last state means for its letter."""

from __future__ import annotations

from mlocr.mail.piece import Disposition, JobState

JOB_ENDS: dict[JobState, Disposition] = {
    JobState.DONE: Disposition.SPRAYED,
    JobState.MISSED_LATE: Disposition.LATE,
    JobState.EXPIRED: Disposition.LATE,
    JobState.MISSED_NO_PIECE: Disposition.FAULTED,
    JobState.CANCELLED: Disposition.PASSED,
    JobState.ABORTED: Disposition.INDETERMINATE,
    JobState.FAULT: Disposition.INDETERMINATE,
    JobState.INDETERMINATE: Disposition.INDETERMINATE,
    JobState.REFUSED: Disposition.FAULTED,
}
"""What a job's last state means for its letter. An aborted or faulted firing may have left ink: not known."""
