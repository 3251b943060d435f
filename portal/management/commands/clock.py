"""`manage.py clock`: run what is due, for as long as this process lives."""

import signal
import threading

from django.core.management.base import BaseCommand, CommandParser

from portal import clock


class Command(BaseCommand):
    help = "Runs the periodic duties: settles unanswered writes, copies numbers and partners, tidies up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every duty once, then stop")

    def handle(self, *, once: bool, **_: object) -> None:
        if once:
            if not clock.run_once():
                self.stdout.write("Another clock is running; it does the work.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        clock.Clock(stop).run()
