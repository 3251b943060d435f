"""`manage.py demo`: everything `make run` needs before the processes start."""

import json
import os
import subprocess
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal import demo


class Command(BaseCommand):
    help = "Makes the demo world and its three users, or finds them, and says how to sign in."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--inventory", help="passed on to `manage.py sandbox seed` for a new world")

    def handle(self, *, inventory: str | None, **_: object) -> None:
        try:
            self._prepare(["--inventory", inventory] if inventory else [])
        except demo.CannotStart as error:
            self.stderr.write(str(error))
            sys.exit(1)
        except KeyboardInterrupt:
            self.stderr.write("Stopped. The next start goes on from here.")
            sys.exit(130)

    def _prepare(self, seeding: list[str]) -> None:
        where = demo.place(settings.DATA_DIR, os.environ)
        demo.refuse_taken_ports(where)
        where.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        known = demo.read_keys(where)
        self._migrate(first_time=not known)
        keys = demo.keys_for(where, known, self._world(where, known, seeding))
        passwords = {role: user["password"] for role, user in keys["users"].items()}
        demo.make_people(passwords, passwords_are_new="users" not in known)
        if keys != known:
            demo.write_keys(where, keys)
        self._greet(where, passwords)

    def _migrate(self, *, first_time: bool) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the portal's database")
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
        elif first_time:
            call_command("createcachetable", verbosity=0)

    def _world(self, where: demo.Place, known: dict, seeding: list[str]) -> dict:
        """The credentials of the sandbox's default world, which is made when it is missing.

        A world that an earlier start made is not asked for again: `manage.py sandbox` migrates its
        database itself when it starts.
        """
        sandbox_file = where.data_dir / "sandbox.sqlite3"
        if demo.complete(known) and sandbox_file.exists() and "SANDBOX_DATABASE_URL" not in os.environ:
            return known
        self._sandbox("migrate", "--verbosity", "0")
        self._sandbox("seed", "--if-missing", *seeding)
        return json.loads(self._sandbox("credentials", capture=True))

    def _sandbox(self, *arguments: str, capture: bool = False) -> str:
        command = [sys.executable, sys.argv[0], "sandbox", *arguments]
        self.stdout.flush()
        done = subprocess.run(command, stdout=subprocess.PIPE if capture else None, text=True, check=False)  # noqa: S603 - our own command
        if done.returncode:
            raise demo.CannotStart(f"The sandbox could not be prepared: {' '.join(command[1:])} failed.")
        return done.stdout or ""

    def _greet(self, where: demo.Place, passwords: dict[str, str]) -> None:
        self.stdout.write(f"\nNumberdesk    {self.style.SUCCESS(where.portal_url)}    (Ctrl-C stops it)\n\n")
        for role, (first, last) in demo.PEOPLE.items():
            self.stdout.write(f"  sign in as  {role:<8} {passwords[role]}   {first} {last}\n")
        self.stdout.write("\n")
