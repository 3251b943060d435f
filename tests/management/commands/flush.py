"""`flush`, as the tests of transactions need it: the ledger lets itself be emptied, the groups come back.

The cache's table, which belongs to no model, is emptied too: rate limits and searches end with their test.

Outside the tests Django's own `flush` stays, and the ledger's triggers refuse it.
"""

from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management.commands.flush import Command as Flush
from django.db import connections

from portal import ledger_triggers, roles


class Command(Flush):
    def handle(self, **options: object) -> None:
        connection = connections[str(options["database"])]
        ledger_triggers.remove(connection)
        try:
            super().handle(**options)
        finally:
            ledger_triggers.install(connection)
        cache.clear()
        for name in roles.ROLES:
            Group.objects.using(connection.alias).get_or_create(name=name)
