"""`manage.py doctor`: what is configured, reachable and allowed. Ends with 1 when something is missing."""

import sys

from django.core.management.base import BaseCommand

from portal import doctor


class Command(BaseCommand):
    help = "Checks settings, database, cache, the Core API, its credentials and their scopes."
    requires_system_checks: list[str] = []

    def handle(self, **_: object) -> None:
        signs = {
            "ok": self.style.SUCCESS("  ok"),
            "warn": self.style.WARNING("warn"),
            "fail": self.style.ERROR("FAIL"),
        }
        failures = 0
        for check in doctor.examine():
            failures += check.state == "fail"
            self.stdout.write(f"{signs[check.state]}  {check.name:<26} {check.words}")
        if failures:
            self.stdout.write(f"\n{failures} thing{'s' if failures > 1 else ''} to put right.")
            sys.exit(1)
        self.stdout.write("\nReady.")
