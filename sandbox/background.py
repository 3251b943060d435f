"""What the server does without being asked: one thread in each of its processes.

Several processes do the same duties side by side, so a duty must take its work by a conditional
UPDATE (or under a row's lock), never by a mere look.
"""

import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections

_EVERY = 1.0  # seconds between two rounds, unless woken
_woken = threading.Event()
_logger = logging.getLogger(__name__)


def start(*duties: Callable[[], object]) -> None:
    """Begin to do `duties`, in this order, again and again until the process ends."""
    threading.Thread(target=_run, args=(duties,), name="background", daemon=True).start()


def wake() -> None:
    """There is something to do now; call it when what is to be seen is committed."""
    _woken.set()


def _run(duties: tuple[Callable[[], object], ...]) -> None:
    while True:
        _woken.wait(_EVERY)
        _woken.clear()
        close_old_connections()
        for duty in duties:
            try:
                duty()
            except Exception:
                _logger.exception("a duty of the background thread failed")
