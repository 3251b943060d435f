"""`manage.py sandbox seed`: geography and the default world, when they are missing."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, connection

from sandbox import stock_counts
from sandbox.models import Exchange, World
from sandbox.seeding import DEFAULT_INVENTORY, DEFAULT_KEY, discard_unfinished, geography, make_world
from sandbox.seeding.progress import Bar
from sandbox.seeding.stock import InventoryTooBigError

VERIFY_SECONDS = 30


def inventory(text: str) -> str | int:
    """The value of --inventory: a count, or one of the named inventories."""
    if text in ("small", "empty"):
        return text
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f'{text!r} is no inventory: give a whole number, "small" or "empty"')
    return int(text)


class Command(BaseCommand):
    help = "Build the geography and the default world unless they are there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--inventory",
            type=inventory,
            default=DEFAULT_INVENTORY,
            help='rentable US numbers of the default world (default: %(default)s); or "small" or "empty"',
        )
        parser.add_argument(
            "--if-missing", action="store_true", help="say nothing when there is nothing to do"
        )

    def handle(self, *, inventory: str | int, if_missing: bool, **_: Any) -> None:
        try:
            self._seed(inventory if isinstance(inventory, int) else _named(inventory), quiet=if_missing)
        except DatabaseError as error:
            raise CommandError(
                f"The sandbox's database could not be filled: {error}. What was there before is unchanged."
                " If the tables are missing, run `manage.py sandbox migrate` first; then seed again."
            ) from error

    def _seed(self, inventory: str | int, *, quiet: bool) -> None:
        if not Exchange.objects.exists():
            self.stdout.write("Reading the map: area codes, exchanges, ZIP codes")
            geography.ensure()
        stock_counts.ensure()
        discard_unfinished()
        if World.objects.filter(key=DEFAULT_KEY).exists():
            if not quiet:
                self.stdout.write("The default world is there already; nothing was changed.")
            return
        bar = Bar("Stocking numbers", self.stdout)
        try:
            world = make_world(name="Default world", inventory=inventory, key=DEFAULT_KEY, progress=bar)
        except InventoryTooBigError as error:
            raise CommandError(str(error)) from error
        # Nobody reads the mails of the default world, so its new partners verify themselves.
        World.objects.filter(pk=world.pk).update(settings={"verify_seconds": VERIFY_SECONDS})
        bar.finish()
        _let_the_planner_know()


def _named(text: str) -> str | int:
    """As `inventory`, for callers from Python that hand over the text."""
    try:
        return inventory(text)
    except ArgumentTypeError as error:
        raise CommandError(str(error)) from error


def _let_the_planner_know() -> None:
    """Statistics, so that the first search over a big world already uses the right index."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit=1000")
        cursor.execute("ANALYZE")
