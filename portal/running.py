"""The processes of the Procfile, until Ctrl-C, TERM, or the terminal is closed.

honcho stops its processes for the first two only. They lead sessions of their own, so after a closed
terminal they would live on without anybody who could stop them.
"""

import os
import signal
import sys
from types import FrameType

from honcho import command


def main() -> None:
    """Runs them until one ends or is told to; raises SystemExit with its return code."""
    signal.signal(signal.SIGHUP, _hang_up)
    sys.argv[1:] = ["start"]
    command.main()


def _hang_up(*_: int | FrameType | None) -> None:
    """As TERM. What is still to be printed has no terminal to go to."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
