"""A matcher's child process that misbehaves as told: `naughty_child.py NOTE LIVES`.

LIVES is JSON: for each life a list of what to do with its questions, the first being the probe; beyond the list all
goes well, and beyond the lives the last one is lived again. NOTE is a file in which each life leaves a line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

FOREVER = 600.0


def good(question_id: object) -> dict[str, object]:
    return {
        "id": question_id,
        "outcome": "encoded",
        "reason": "no_addon",
        "depth": 5,
        "zip5": "04901",
        "plus4": None,
        "dpc": None,
        "check_digit": "6",
        "record_type": None,
    }


def say(data: bytes) -> None:
    os.write(1, data)


def line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


def hang() -> None:
    signal.sigtimedwait((signal.SIGUSR1,), FOREVER)


def misbehave(how: str, question_id: object) -> None:  # noqa: C901, PLR0912
    answer = line(good(question_id))
    match how:
        case "ok":
            say(answer)
        case "die":
            os.write(2, b"first words\nthe licence server is gone\n")
            sys.exit(3)
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "late":
            hang()
        case "half":
            say(answer[:20])
            hang()
        case "half and end":
            say(answer[:20])
            sys.exit(0)
        case "whole without a line end":
            say(answer[:-1])
            sys.exit(0)
        case "other id":
            say(line(good("0" * 24)))
        case "id as a number":
            say(line(good(7)))
        case "no id":
            say(line({k: v for k, v in good("").items() if k != "id"}))
        case "no json":
            say(b"I beg your pardon?\n")
        case "a list":
            say(b"[" + answer[:-1] + b"]\n")
        case "not utf-8":
            say(answer.replace(b"no_addon", b"no\xffaddon"))
        case "an empty line":
            say(b"\n")
        case "flood":
            for _ in range(40):
                say(b"x" * 65536)
        case "twice":
            say(answer + answer)
        case "and a log line":
            say(answer + b"INFO answered one\n")
        case "banner":
            say(b"Engine 7\n\nlicensed to nobody \xff\n" + answer)
        case "endless banner":
            while True:
                say(b"loading ...\n")
        case "closes its output":
            os.close(1)
            hang()
        case "closes its input":
            say(answer)
            os.close(0)
            hang()
        case "wrong check digit":
            say(line({**good(question_id), "check_digit": "0"}))
        case "chatters":
            os.write(2, b"debug " * 100_000)
            say(answer)
        case "says goodbye":
            signal.signal(signal.SIGTERM, lambda number, frame: (os.write(2, b"bye\n"), os._exit(5)))
            say(answer)
            hang()
        case "deaf":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            say(answer)
            hang()
        case "has a child":
            if os.fork() == 0:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                Path(f"{sys.argv[1]}.child").write_text(str(os.getpid()))
                hang()
            say(answer)
        case _:
            raise ValueError(how)


def main() -> None:
    note, lives = Path(sys.argv[1]), json.loads(sys.argv[2])
    with note.open("a") as stream:
        stream.write(f"{os.getpid()}\n")
    lived = len(note.read_text().splitlines())
    plan = iter(lives[min(lived, len(lives)) - 1])
    for text in sys.stdin:
        misbehave(next(plan, "ok"), json.loads(text)["id"])


if __name__ == "__main__":
    main()
