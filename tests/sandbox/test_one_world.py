"""Any mix of what both protocols can do: one holder a number, no cool-off broken unseen, no money lost.

A model of two numbers is kept beside the world; after every step both protocols must agree with it.
"""

import time
from decimal import Decimal

from hypothesis import HealthCheck, given, settings, strategies as st

from tests.sandbox.number_accounts import admin_of, master_of

DAY = 86_400
NUMBERS = ["+15162065573", "+15162065575"]
COOL_OFF, NOTICE, QUARANTINE, AGING = 15 * DAY, DAY, 45 * DAY, 30 * DAY
MARGIN = 300  # seconds a run may take, by which steps stay away from the ends of times


class Model:
    """Where each number should be, after the steps taken so far; a step asserts its own answer."""

    def __init__(self, world):
        self.world = world
        self.world.set(release_fee=2)
        self.master, self.admin = master_of(self.world), admin_of(self.world)
        self.subs = {name: self.master.new_sub_account(name) for name in ("north", "south")}
        known = {each["auth_id"]: each["api_id"] for each in self.master.sub_accounts().values()}
        self.sids = {**known, self.master.auth_id: self.world.core["partner_sid"]}
        self.now = 0
        self.holder = dict.fromkeys(NUMBERS, "inventory")
        self.name = dict.fromkeys(NUMBERS, "N/A")
        self.until = {}  # of pending and resting numbers: when that ends
        self.called = {}
        self.forced = 0
        self.rent(NUMBERS[0])

    def core(self, e164):
        found = self.world.get("/phonenumber/dids", filter=f"phonenumber eq {e164[1:]}").json()["items"]
        return found[0]["did_sid"] if found else None

    def rests(self, e164, until):
        self.holder[e164], self.until[e164] = "resting", until
        self.called.pop(e164, None)
        self.name[e164] = "N/A"

    def is_cooling(self, e164):
        return e164 in self.called and self.now - self.called[e164] < COOL_OFF

    def rent(self, e164):
        answer = self.world.post("/phonenumber/dids", {"phonenumber": e164[1:]})
        free = self.holder[e164] == "inventory"
        assert answer.status_code == (200 if free else 409)
        if free:
            self.holder[e164] = "master"

    def buy(self, e164, who):
        answer = self.subs.get(who, self.master).purchase(e164)
        free = self.holder[e164] == "inventory"
        assert answer.status_code == (200 if free else 404)
        if free:
            self.holder[e164] = who

    def release_by_the_core_api(self, e164):
        held = self.holder[e164] in ("master", "north", "south")
        sid = self.core(e164)
        if sid is None:
            assert self.holder[e164] in ("inventory", "resting")
            return
        assert self.world.delete(f"/phonenumber/dids/{sid}").status_code == (204 if held else 404)
        if held:
            self.rests(e164, self.now + AGING)

    def release(self, e164, immediate):
        answer = self.master.release(e164, immediate=str(immediate).lower())
        if self.holder[e164] not in ("master", "leaving"):
            assert answer.status_code == 403
            return
        assert answer.status_code == 200
        if immediate:
            self.rests(e164, self.now + QUARANTINE)
        elif self.holder[e164] == "master":
            self.holder[e164], self.until[e164] = "leaving", self.now + NOTICE

    def cancel(self, e164):
        answer = self.master.post(f"/account/{{me}}/numbers/{e164}/cancel-release")
        assert answer.status_code == {"leaving": 200, "master": 400}.get(self.holder[e164], 403)
        if self.holder[e164] == "leaving":
            self.holder[e164] = "master"
            del self.until[e164]

    def assign(self, e164, to):
        status = self.master.assign(e164, self.subs[to].auth_id).status_code
        expected = {"master": 204, to: 204, "inventory": 404, "resting": 404}
        assert status == expected.get(self.holder[e164], 409)
        if self.holder[e164] == "master":
            self.holder[e164] = to

    def unassign(self, e164, force):
        answer = self.admin.unassign(e164, force=str(force).lower())
        if self.holder[e164] in ("inventory", "resting"):
            assert answer.status_code == 404
        elif self.holder[e164] in self.subs and self.is_cooling(e164) and not force:
            assert answer.status_code == 409
            left = self.called[e164] + COOL_OFF - self.now
            assert abs(answer.json()["cool_off_remaining_seconds"] - left) < MARGIN
        else:
            assert answer.status_code == 204
            if self.holder[e164] in self.subs:
                self.holder[e164] = "master"
                self.forced += force

    def call(self, e164, way):
        if self.holder[e164] in ("master", "north", "south"):
            self.world.add_calls({"phonenumber": e164[1:], "duration": 0, "direction": way})
            self.called[e164] = self.now

    def batch(self, method, numbers, **fields):
        """Run a batch task over `numbers` to its end; those of them it was refused."""
        entries = [e164[1:] for e164 in numbers]
        asked = {"method": method, "type": "phonenumber", "field": "phonenumber", "entries": entries}
        made = self.world.post("/batch/tasks", {**asked, **fields})
        assert made.status_code == 200, made.text
        task = self.ended(made.json()["task_sid"])
        assert (task["total"], task["processed"]) == (len(numbers), len(numbers))
        refusals = task["error_details"]
        assert (task["success"], task["failure"]) == (len(numbers) - len(refusals), len(refusals))
        assert all(each["error"]["message"] == "no item error" for each in refusals)
        return {"+" + each["key"]["phonenumber"] for each in refusals}

    def ended(self, task_sid):
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            task = self.world.get(f"/batch/tasks/{task_sid}").json()
            if task["status"] == "completed":
                return task
            time.sleep(0.02)
        raise AssertionError(f"still {task['status']}, {task['processed']} of {task['total']}")

    def name_both_in_a_batch(self, text):
        refused = self.batch("PATCH", NUMBERS, data={"name": text})
        assert refused == {e164 for e164 in NUMBERS if self.holder[e164] in ("inventory", "resting")}
        self.name |= dict.fromkeys(set(NUMBERS) - refused, text)

    def release_in_a_batch(self, e164):
        held = self.holder[e164] in ("master", "north", "south")
        assert self.batch("DELETE", [e164]) == (set() if held else {e164})
        if held:
            self.rests(e164, self.now + AGING)

    def time_passes(self, seconds):
        # A little more each time, so that nothing is ever due within the seconds the test itself takes.
        self.world.advance(seconds + 2 * MARGIN)
        self.now += seconds + 2 * MARGIN
        for e164, until in list(self.until.items()):
            if self.holder[e164] == "leaving" and until <= self.now:
                self.rests(e164, until + QUARANTINE)
            if self.holder[e164] == "resting" and self.until[e164] <= self.now:
                self.holder[e164] = "inventory"
                del self.until[e164]

    def both_protocols_agree_on_the_holder(self):
        ids = {"master": self.master.auth_id, "leaving": self.master.auth_id}
        ids |= {name: sub.auth_id for name, sub in self.subs.items()}
        listed = self.master.numbers(search="516206")
        assert {e164: item["account_id"] for e164, item in listed.items()} == {
            e164: ids[holder] for e164, holder in self.holder.items() if holder in ids
        }
        dids = self.world.get("/phonenumber/dids", filter='phonenumber like "%516206%"', limit=100).json()
        assert {"+" + did["phonenumber"]: did["partner_sid"] for did in dids["items"]} == {
            e164: self.sids[item["account_id"]] for e164, item in listed.items()
        }
        assert {"+" + did["phonenumber"]: did["name"] for did in dids["items"]} == {
            e164: self.name[e164] for e164 in listed
        }
        pool = self.world.get("/phonenumber/available_dids", filter="npa_nxx eq 516206", limit=100).json()[
            "items"
        ]
        free = {"+" + did["phonenumber"] for did in pool} & set(NUMBERS)
        assert free == {e164 for e164, holder in self.holder.items() if holder == "inventory"}

    def money_is_conserved(self):
        told = self.master.transactions(per_page=1000)
        signs = {"credit": 1, "debit": -1}
        amounts = (Decimal(str(each["amount"])) * signs[each["type"]] for each in told["transactions"])
        assert sum(amounts, Decimal(0)) == Decimal(self.world.get("/oauth/whoami").json()["balance"])
        assert told["total"] == len(told["transactions"])

    def every_forced_move_is_on_record(self):
        assert self.master.get("/account/{me}/assignment-audit").json()["total"] == self.forced


def step(name, /, **arguments):
    return st.tuples(st.just(name), st.fixed_dictionaries(arguments))


number = st.sampled_from(NUMBERS)
sub = st.sampled_from(["north", "south"])
length = st.sampled_from([DAY // 2, DAY, 7 * DAY, 16 * DAY, 32 * DAY, 46 * DAY])
steps = st.sampled_from(
    [
        step("rent", e164=number),
        step("buy", e164=number, who=st.sampled_from(["master", "north", "south"])),
        step("release_by_the_core_api", e164=number),
        step("release", e164=number, immediate=st.booleans()),
        step("cancel", e164=number),
        step("name_both_in_a_batch", text=st.sampled_from(["Desk", "Hall"])),
        step("release_in_a_batch", e164=number),
        *[step("assign", e164=number, to=sub)] * 2,
        *[step("unassign", e164=number, force=st.booleans())] * 3,
        *[step("call", e164=number, way=st.sampled_from(["inbound", "outbound"]))] * 2,
        *[step("time_passes", seconds=length)] * 3,
    ]
).flatmap(lambda chosen: chosen)


@settings(
    max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(taken=st.lists(steps, min_size=30, max_size=40))
def test_any_mix_of_both_protocols_keeps_one_world(sandbox, taken):
    model = Model(sandbox.world())
    for name, arguments in taken:
        getattr(model, name)(**arguments)
        model.both_protocols_agree_on_the_holder()
        model.money_is_conserved()
        model.every_forced_move_is_on_record()
