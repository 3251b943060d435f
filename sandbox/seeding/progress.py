"""How far a long seeding is: one moving line on a terminal, a few lines elsewhere."""

from time import monotonic

from django.core.management.base import OutputWrapper

_WIDTH = 30
_SPARSE = 10.0  # seconds between lines when nobody watches


class Bar:
    """Call it with (done, total); it writes to `out` no more often than somebody could read."""

    def __init__(self, title: str, out: OutputWrapper) -> None:
        self._title, self._out = title, out
        self._moving = out.isatty()
        self._last = monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` numbers are written."""
        pause = 0.1 if self._moving else _SPARSE
        now = monotonic()
        if now - self._last < pause and done < total:
            return
        self._last = now
        share = done / total if total else 1.0
        if self._moving:
            filled = "#" * round(share * _WIDTH)
            line = f"\r{self._title} [{filled:<{_WIDTH}}] {done:,} of {total:,}"
        else:
            line = f"{self._title}: {done:,} of {total:,}\n"
        self._out.write(line, ending="")
        self._out.flush()

    def finish(self) -> None:
        """End the moving line, so that what follows starts a new one."""
        if self._moving:
            self._out.write("\n")
