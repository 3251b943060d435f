"""Many unassigns due at once: two workers under two clocks, one worker killed half-way."""

import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass

from tests.desk_server import Desk
from tests.sandbox_server import World

PLAN = """
from datetime import timedelta
from django.contrib.auth.models import Group, User
from django.utils import timezone
from numbers.models import Number, UnassignIntent
from numbers.services.sync import sync_numbers
from partners.services.sub_accounts import sync_sub_accounts
from partners.services.sync import sync_partners
sync_partners(); sync_sub_accounts(); sync_numbers()
person = User.objects.create_user("planner")
person.groups.add(Group.objects.get(name="manager"))
now = timezone.now()
UnassignIntent.objects.bulk_create([
    UnassignIntent(phonenumber=n.phonenumber, holder_sid=n.partner_sid, holder_text="", asked_by=person,
                   asked_by_text="planner", due_at=now, give_up_at=now + timedelta(days=1))
    for n in Number.objects.filter(phonenumber__startswith="1307555")
])
"""


@dataclass(frozen=True)
class Carried:
    """`seconds` from the first clock to the last number; `states` of the intents; `moves` sent per number."""

    seconds: float
    states: Counter[str]
    moves: Counter[str]


def carry_out(desk: Desk, world: World, how_many: int, *, patience: float) -> Carried:
    """Plan `how_many` unassigns for now and let the processes do them; one worker is killed on the way."""
    holder = next(
        p for p in world.get("/partners").json()["items"] if p["partner_sid"] != world.core["partner_sid"]
    )
    wanted = [
        {"phonenumber": f"1307555{n:04d}", "status": "assigned", "partner_sid": holder["partner_sid"]}
        for n in range(how_many)
    ]
    for start in range(0, how_many, 500):
        world.add_numbers(*wanted[start : start + 500])
    desk.manage("shell", "-v0", "-c", PLAN)
    began = time.monotonic()
    victim = desk.start_worker()
    desk.start_worker()
    desk.start_clock()
    desk.start_clock()
    _wait(lambda: states(desk)["done"] >= how_many // 2, patience)
    desk.kill_one(victim)
    _wait(lambda: states(desk)["done"] == how_many, patience - (time.monotonic() - began))
    seconds = time.monotonic() - began
    sent = world.requests(method="DELETE", path="assign-subaccount")
    return Carried(seconds, states(desk), Counter(request["path"] for request in sent))


def states(desk: Desk) -> Counter[str]:
    with closing(sqlite3.connect(desk.database, timeout=20)) as database:
        rows = database.execute("SELECT state, COUNT(*) FROM numbers_unassignintent GROUP BY state")
        return Counter(dict(rows.fetchall()))


def _wait(condition, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return
        time.sleep(0.2)
