"""`manage.py person alex --role manager`: give somebody access, another role or a new password, or end it."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from portal.demo import new_password
from portal.roles import LABELS, ROLES


class Command(BaseCommand):
    help = "Gives a person a role and, when new or asked for, a password that is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=ROLES, help="the one role the person has from now on")
        parser.add_argument("--name", default="", help='as the ledger shows it, "Alex Moreno"')
        parser.add_argument("--password", action="store_true", help="make a new password")
        parser.add_argument("--leave", action="store_true", help="take all access away; the ledger stays")

    def handle(self, *, username: str, **wanted: Any) -> None:
        with transaction.atomic():
            user, created = User.objects.get_or_create(username=username)
            self._describe(user, wanted, returns=created or bool(wanted["role"]))
            password = new_password() if created or wanted["password"] else ""
            if password:
                user.set_password(password)
            user.save()
        role = next(iter(user.groups.values_list("name", flat=True)), None)
        state = LABELS[role] if user.is_active else "no access any more"
        self.stdout.write(f"{username}: {state}")
        if password:
            self.stdout.write(f"password: {password}   (shown once; they can change it under their name)")

    def _describe(self, user: User, wanted: dict[str, Any], *, returns: bool) -> None:
        """Somebody who left gets access again by a role, not by another name or password."""
        user.is_active = not wanted["leave"] and (user.is_active or returns)
        if wanted["name"]:
            user.first_name, _, user.last_name = wanted["name"].strip().partition(" ")
        if wanted["role"]:
            user.groups.set([Group.objects.get(name=wanted["role"])])
