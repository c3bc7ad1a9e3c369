"""Group 22, the camera's part: triggers missed and doubled, of which the camera's own count knows nothing."""

from __future__ import annotations

from drivers.faults.scenario import Scenario
from drivers.faults.track import Letter

GOOD, MISSED, DOUBLED = Letter(), Letter(pulses=0), Letter(pulses=2)
_PACE = 230_000.0  # ticks a second: 36,000 letters an hour, so that times tell letters apart


def camera() -> list[Scenario]:
    """The camera counts wrongly, and each picture tells where or when it was taken."""
    fine, unseen = "sprayed", "unseen"
    made = []
    for tells, how in (("encoder", "the encoder's count"), ("time", "the time")):
        speed = _PACE if tells == "time" else 0.0

        def of(
            name: str, done: str, letters: tuple[Letter, ...], *ends: str, tells: str = tells, speed: float = speed
        ) -> Scenario:
            return Scenario(
                22, f"{name}, {tells}", done, ends, letters, frames_tell=tells, speed=speed, tie_timeout=2.0
            )

        made += [
            of(
                "trigger missed",
                f"the camera misses a trigger and counts on; its pictures tell {how}",
                (GOOD, MISSED, GOOD, GOOD),
                fine,
                unseen,
                fine,
                fine,
            ),
            of(
                "trigger doubled",
                f"the camera takes two pictures of a letter and counts both; its pictures tell {how}",
                (GOOD, DOUBLED, GOOD, GOOD),
                *(fine,) * 4,
            ),
            of(
                "first trigger missed",
                f"the camera misses the first trigger of all; its pictures tell {how}",
                (MISSED, GOOD, GOOD),
                unseen,
                fine,
                fine,
            ),
            of(
                "triggers missed and doubled",
                f"the camera misses some triggers and doubles others; its pictures tell {how}",
                (GOOD, MISSED, DOUBLED, MISSED, MISSED, GOOD, DOUBLED, GOOD),
                *(fine, unseen, fine, unseen, unseen, fine, fine, fine),
            ),
        ]
    return made
