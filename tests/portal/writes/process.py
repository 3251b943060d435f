"""What processes of the portal do with the table of writes: each function is one command line."""

import json
import os
import threading
from pathlib import Path

from django.contrib.auth.models import User
from django.db import connections

from numbers.services import unassign_later
from partners.services.revoke import revoke_due
from portal import audit
from tests.portal.writes.table import WRITES, Stage, Write

# Without the one that is a part of another.
ALL = [write for write in WRITES if write.name != "clear on the way"]


def prepare() -> None:
    """Bring the desk in step and open every form."""
    stage = Stage.copied()
    tickets = {write.name: str(write.ticket(stage).get("ticket", "")) for write in ALL}
    people = {role: person.pk for role, person in stage.people.items()}
    kept = {"people": people, "partners": stage.partners, "tokens": stage.tokens, "tickets": tickets}
    _file().write_text(json.dumps(kept))


def do() -> None:
    """Send every form at once."""
    kept = json.loads(_file().read_text())
    people = {role: User.objects.get(pk=pk) for role, pk in kept["people"].items()}
    stage = Stage(people, kept["partners"], kept["tokens"])
    threads = [threading.Thread(target=_do, args=(stage, w, kept["tickets"][w.name])) for w in ALL]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def settle() -> None:
    """What the clock does about what is not known."""
    audit.settle_due()
    unassign_later.pick_up_lost()
    revoke_due()


def here() -> None:
    """Print what mirror and plans say of each."""
    print(json.dumps({write.name: write.truth[1]() for write in ALL}))  # noqa: T201 -- read by the test


def _do(stage: Stage, write: Write, ticket: str) -> None:
    by = {"actor": stage.people[write.by], "ticket": ticket} if write.target else {}
    try:
        write.do(stage, by)
    finally:
        connections.close_all()


def _file() -> Path:
    return Path(os.environ["DATA_DIR"]) / "stage.json"
