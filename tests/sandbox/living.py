"""Living things of a world, made when a printed request first needs one: what its sample sids stand for."""

import time
from collections.abc import Callable
from typing import Any

from tests.sandbox.accounts import make_partner
from tests.sandbox.number_accounts import master_of
from tests.sandbox_server import World

CARD = {
    "type": "visa", "cc_number": "4012888818888", "cc_expiration": "022019", "cc_cid": "318",
    "first_name": "John", "last_name": "Smith", "address1": "4300 E Pacific Coast Hwy",
    "address2": "Suite 1", "city": "Los Angeles", "state": "CA", "zip": "90804", "country_code": "USA",
    "phone": "15162065574",
}  # fmt: skip
REVIEWED = {
    "method": "PATCH", "type": "phonenumber", "field": "phonenumber", "review": True,
    "entries": ["12125550148", "14155550119"],
}  # fmt: skip


class Living(dict[str, str]):
    """Names of placeholders, and what they stand for in one world."""

    def __init__(self, world: World) -> None:
        super().__init__(world.core)
        self.world = world

    def __missing__(self, name: str) -> str:
        self[name] = _MAKERS[name](self)
        return self[name]

    def fill(self, value: Any) -> Any:
        """`value` with every `{name}` in its texts replaced."""
        if isinstance(value, str):
            return value.format_map(self)
        if isinstance(value, dict):
            return {key: self.fill(inner) for key, inner in value.items()}
        return [self.fill(inner) for inner in value] if isinstance(value, list) else value

    def made(self, path: str, body: dict[str, Any], sid: str) -> str:
        """The sid of a fresh object."""
        answer = self.world.post(path, self.fill(body))
        assert answer.status_code == 200, answer.text
        return answer.json()[sid]

    def first(self, path: str, sid: str, **params: Any) -> str:
        """The sid of the first object of a list."""
        return self.world.get(path, **params).json()["items"][0][sid]

    def access_list(self) -> str:
        """An access control list of the partner, for calls and messages; its rule."""
        actions = {"voice_action_true": "reject503", "sms_action_true": "reject"}
        lists = [{"access_control_rules": [self["rule_sid"]], "direction": "outbound", **actions}]
        assert self.world.patch(f"/partners/{self['partner_sid']}", {"acls": lists}).status_code == 200
        return self["rule_sid"]

    def number_with_123(self) -> str:
        """A Swedish number that can be rented and has these digits."""
        number = "46850512300"
        self.world.add_numbers({"phonenumber": number, "country_code": "SWE"})
        return number

    def sub_account(self) -> str:
        return master_of(self.world).new_sub_account("North").auth_id

    def assigned(self, *, called: bool) -> str:
        """A number a sub-account has, with a call of today or without any; E.164 with its plus."""
        number = "+13035550177"
        assert master_of(self.world).assign(number, self["sub_account"]).status_code == 204
        if called:
            self.world.add_calls({"phonenumber": number[1:]})
        return number

    def reviewed_task(self) -> str:
        """A task that waits to be reviewed."""
        body = {**REVIEWED, "data": {"trunk_group_sid": "{trunk_group_sid}"}}
        sid = self.made("/batch/tasks", body, "task_sid")
        for _ in range(100):
            if self.world.get(f"/batch/tasks/{sid}").json()["status"] == "pending_review":
                return sid
            time.sleep(0.05)
        raise AssertionError("the task never came to be reviewed")

    def billed_partner(self) -> str:
        sid = self["partner_sid"]
        assert self.world.post(f"/partners/{sid}/billing_method", CARD).status_code == 200
        return sid

    def second_message(self) -> str:
        """The later of two messages of a number that can have them."""
        for text in ("first", "second"):
            self.world.steer("POST", "/messages", {"phonenumber": "12125550148", "message": text})
        return self.world.get("/sms/message_drs").json()["items"][0]["dr_sid"]


_MAKERS: dict[str, Callable[[Living], str]] = {
    "did_sid": lambda the: the.first("/phonenumber/dids", "did_sid", filter="phonenumber eq 14155550119"),
    "fresh_did_sid": lambda the: the.world.rent("15162065575")["did_sid"],
    "trunk_group_sid": lambda the: the.first("/trunk_groups", "trunk_group_sid"),
    "sub_partner_sid": lambda the: the.first("/partners", "partner_sid", filter='name eq "Harbor Dental"'),
    "spare_partner_sid": lambda the: make_partner(the.world)["partner_sid"],
    "number_with_123": Living.number_with_123,
    "acl": Living.access_list,
    "conference_sid": lambda the: the.made(
        "/endpoints", {"name": "my_conf", "type": "conference"}, "endpoint_sid"
    ),
    "dr_sid": lambda the: the.world.get("/calls/call_drs", limit=3).json()["items"][2]["dr_sid"],
    "message_dr_sid": Living.second_message,
    "invoice_sid": lambda the: the.first("/invoices", "invoice_sid"),
    "token_sid": lambda the: the.first("/oauth/tokens", "token_sid"),
    "login_sid": lambda the: the.made(
        "/oauth/logins",
        {"login": "{login}_portal", "password": "myStrongPassword123", "token_scopes": ["partners.read"]},
        "login_sid",
    ),
    "billed_partner_sid": Living.billed_partner,
    "endpoint_sid": lambda the: the.made(
        "/endpoints",
        {"name": "one", "type": "third_party", "addresses": [{"ip": "1.1.2.13"}]},
        "endpoint_sid",
    ),
    "rule_sid": lambda the: the.made(
        "/accesscontrol/rules",
        {"field": "to", "quantifier": "any", "entries": ["1800", "1615"], "operation": "prefix"},
        "rule_sid",
    ),
    "task_sid": Living.reviewed_task,
    "ma": lambda the: the.world.number_api["auth_id"],
    "sub_account": Living.sub_account,
    "resting_number": lambda the: the.assigned(called=False),
    "busy_number": lambda the: the.assigned(called=True),
}
