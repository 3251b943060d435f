"""`manage.py sandbox credentials`: how to reach the default world, as JSON."""

import json
from typing import Any

from django.core.management import BaseCommand, CommandError

from sandbox import worlds


class Command(BaseCommand):
    help = "Print addresses and secrets of the default world as JSON."

    def handle(self, **_: Any) -> None:
        world = worlds.default_world()
        if world is None:
            raise CommandError("There is no default world yet: run `manage.py sandbox seed` first.")
        self.stdout.write(json.dumps(worlds.credentials(world), indent=2))
