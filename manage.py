#!/usr/bin/env python
"""Run a management command of the portal, or of the sandbox (`manage.py sandbox …`)."""

import os
import sys

from django.core.management import execute_from_command_line


def main(argv: list[str]) -> None:
    """Run `argv`; everything after `sandbox` runs under the sandbox's own settings.

    `manage.py sandbox` alone, or followed by options only, starts the sandbox server.
    """
    if argv[1:2] == ["sandbox"]:
        os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"
        rest = argv[2:]
        if not rest or rest[0].startswith("-"):
            rest = ["serve", *rest]
        argv = [argv[0], *rest]
    else:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    execute_from_command_line(argv)


if __name__ == "__main__":
    main(sys.argv)
