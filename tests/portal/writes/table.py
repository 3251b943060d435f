"""Every write of ours, each on an object of its own: how it is done, and whether it is true.

`set_up` puts the objects into a world, `Stage.copied` brings a desk in step with it and plans what is to be
carried out later. All writes stand side by side, so they can be done one by one, or all at once.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from numbers.models import Number, OverrideRequest, UnassignIntent
from numbers.services import unassign_later
from numbers.services.assign import number_assign
from numbers.services.edit import number_edit
from numbers.services.force import number_force
from numbers.services.messaging import number_messaging
from numbers.services.override import override_ask
from numbers.services.release import CANCELLABLE, NOW, number_release, number_release_cancel
from numbers.services.sync import sync_numbers
from numbers.services.unassign import number_unassign
from numbers.services.undo import number_undo
from partners.models import Invitation, Partner, PlannedRevocation, Token
from partners.services import create, edit, revoke, token_edit
from partners.services.delete import partner_delete
from partners.services.family import own_account
from partners.services.issue import NewToken, token_issue
from partners.services.sub_accounts import sync_sub_accounts
from partners.services.sync import sync_partners, sync_tokens
from portal import audit
from portal.models import AuditEntry
from tests.people import make_user

REASON = "The court asked for it on Monday"
URL = "https://example.com/messages"
HOLDER, EDITED, DELETED = "Northwind Logistics, LLC", "Harbor Dental, LLC", "Northwind Cold Chain, LLC"
TOKENS = ("Rotated", "Renamed", "Revoked", "Replaced")
(
    ASSIGNED, UNASSIGNED, CLEARED, FORCED, DUE, NAMED, UNDONE, TALKING, RELEASED, LEAVING, KEPT,
) = NUMBERS = tuple(f"1307555{n:04d}" for n in range(11))  # fmt: skip
HELD = {UNASSIGNED, CLEARED, FORCED, DUE}


# --- the stage -----------------------------------------------------------------------------------


def set_up(world) -> None:
    """What the writes need at the carrier."""
    partners = {each["company_name"]: each["partner_sid"] for each in world.get("/partners").json()["items"]}
    holders = {n: partners[HOLDER] if n in HELD else world.core["partner_sid"] for n in NUMBERS}
    dids = world.add_numbers(
        *({"phonenumber": n, "status": "assigned", "partner_sid": sid} for n, sid in holders.items())
    )
    for did in dids:
        if did["phonenumber"] in (CLEARED, UNDONE):
            world.patch(f"/phonenumber/dids/{did['did_sid']}", {"callback_url": URL})
    world.add_calls({"phonenumber": FORCED})
    api = world.number_api
    keys = {"X-Auth-ID": api["auth_id"], "X-Auth-Token": api["auth_token"]}
    path = f"{api['url']}/Account/{api['auth_id']}/numbers/+{KEPT}"
    world.session.delete(path, headers=keys, timeout=10).raise_for_status()
    client = {key: world.core[key] for key in ("client_id", "client_secret")}
    for name in TOKENS:
        wishes = {"name": name, "scope": "phonenumber.read", "access_token_expires_in": "864000"}
        world.request("POST", f"/oauth/token/{partners[EDITED]}", data=client | wishes).raise_for_status()


@dataclass(frozen=True)
class Stage:
    """A desk in step with the world: its people by role, its partners and tokens by name.

    `entries` are the ids of what was done to get there.
    """

    people: dict[str, User]
    partners: dict[str, str]
    tokens: dict[str, str]
    entries: set[UUID] = field(default_factory=set)

    @classmethod
    def copied(cls) -> Self:
        sync_partners()
        sync_sub_accounts()
        sync_numbers()
        sync_tokens()
        people = {role: make_user(role) for role in ("manager", "admin")}
        partners = dict(Partner.objects.values_list("name", "pk"))
        tokens = dict(Token.objects.filter(name__in=TOKENS).values_list("name", "pk"))
        stage = cls(people, partners, tokens)
        stage._plan(people["manager"], timezone.now())
        stage.entries.update(AuditEntry.objects.values_list("pk", flat=True))
        return stage

    def _plan(self, asker: User, now) -> None:
        ticket = audit.mint(asker, "override.ask", FORCED)
        override_ask(actor=asker, ticket=ticket, phonenumber=FORCED, reason=REASON)
        plan = {"due_at": now + timedelta(days=1), "give_up_at": now + timedelta(days=60), "asked_by": asker}
        UnassignIntent.objects.create(phonenumber=DUE, holder_sid=self.partners[HOLDER], **plan)
        PlannedRevocation.objects.create(
            token_sid=self.tokens["Replaced"], partner_sid=self.partners[EDITED],
            planned_by=asker, due_at=now + timedelta(days=1),
        )  # fmt: skip
        ticket = audit.mint(asker, "number.edit", UNDONE)
        wanted, seen = {"callback_url": ""}, {"callback_url": URL}
        number_edit(actor=asker, ticket=ticket, phonenumber=UNDONE, wanted=wanted, seen=seen)


# --- doing it ------------------------------------------------------------------------------------


def _force(stage: Stage, by: dict[str, Any]) -> None:
    asked = OverrideRequest.objects.get(phonenumber=FORCED)
    number_force(phonenumber=FORCED, reason=REASON, override_id=asked.pk, **by)


def _carry_out(stage: Stage, by: dict[str, Any]) -> None:
    UnassignIntent.objects.update(due_at=timezone.now())
    unassign_later.carry_out(UnassignIntent.objects.get().pk)


def _revoke(stage: Stage, by: dict[str, Any]) -> None:
    with suppress(Token.DoesNotExist):  # its page says that it is gone already
        revoke.token_revoke(token_sid=stage.tokens["Revoked"], reason=REASON, **by)


def _revoke_planned(stage: Stage, by: dict[str, Any]) -> None:
    planned = PlannedRevocation.objects.filter(token_sid=stage.tokens["Replaced"])
    planned.update(due_at=timezone.now())
    revoke.revoke_due()


def _undo(stage: Stage, by: dict[str, Any]) -> None:
    edited = audit.history(UNDONE)[-1]
    number_undo(phonenumber=UNDONE, entry_id=edited.pk, **by)


def _create(stage: Stage, by: dict[str, Any]) -> None:
    wanted = create.NewPartner(
        company_name="Juniper Foods, LLC", name="Juniper", login="juniper", password="a-long-password-1",
        parent_sid=own_account().pk, country_code="USA", payment_type="prepay",
        owner_email="owner@juniper.example",
    )  # fmt: skip
    create.partner_create(wanted=wanted, **by)


def _edit_partner(stage: Stage, by: dict[str, Any]) -> None:
    partner = Partner.objects.get(pk=stage.partners[EDITED])
    seen = {"address2": edit.values(partner.upstream)["address2"]}
    edit.partner_edit(partner_sid=partner.pk, wanted={"address2": "Fourth floor"}, seen=seen, **by)


def _issue(stage: Stage, by: dict[str, Any], *, name: str = "Issued", replaces: str = "") -> None:
    wanted = NewToken(
        partner_sid=stage.partners[EDITED], name=name, scopes=("phonenumber.read",),
        expires_at=timezone.now() + timedelta(days=90), replaces=replaces, overlap=1,
    )  # fmt: skip
    token_issue(wanted=wanted, **by)


def _rename(stage: Stage, by: dict[str, Any]) -> None:
    token = Token.objects.get(pk=stage.tokens["Renamed"])
    token_edit.token_edit(token=token, wanted={"name": "Front"}, seen={"name": "Renamed"}, **by)


# --- what is true --------------------------------------------------------------------------------


def did(world, phonenumber: str) -> dict[str, Any]:
    """The number as the carrier has it among ours and our sub-partners'; empty for not at all."""
    found = world.get("/phonenumber/dids", filter=f'phonenumber eq "{phonenumber}"').json()["items"]
    return found[0] if found else {}


def listed(world, path: str, key: str) -> set[str]:
    return {each[key] for each in world.get(path, limit=1000).json()["items"]}


def row(phonenumber: str) -> Number | None:
    return Number.objects.filter(phonenumber=phonenumber).first()


def in_pool(phonenumber: str) -> Callable[[Any], bool]:
    return lambda world: did(world, phonenumber)["partner_sid"] == world.core["partner_sid"]


def pooled(phonenumber: str) -> bool:
    return row(phonenumber).partner_sid == own_account().pk


def _callback(phonenumber: str, url: str | None) -> tuple[Callable[[Any], bool], Callable[[], bool]]:
    """Upstream's truth and our mirror of one number's callback."""
    return (
        lambda world: did(world, phonenumber)["callback_url"] == url,
        lambda: row(phonenumber).payload["callback_url"] == url,
    )


def _token_named(name: str) -> tuple[Callable[[Any], bool], Callable[[], bool]]:
    return (
        lambda world: any((each or "").startswith(name) for each in listed(world, "/oauth/tokens", "name")),
        lambda: Token.objects.filter(name__startswith=name).exists(),
    )


def _token_gone(name: str) -> tuple[Callable[[Any], bool], Callable[[], bool]]:
    """Of a token nobody renames: gone when no token has its name."""
    there, here = _token_named(name)
    return lambda world: not there(world), lambda: not here()


# --- the table -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Write:
    """One kind of write. `method` and `path`, a regular expression, are the request that carries it out.

    `do(stage, by)` does it by the service people use, `by` being actor and ticket; `upstream(world)` and
    `here()` tell whether it is so at the carrier, and in our mirror and plans. The ticket is for
    `target(stage)`; work of clock and worker has none. `proof` is how long it takes until "not there"
    proves anything; `unseen`: what came into being with a lost answer is taken back, for nobody saw it.
    `of` is the action the ticket is for, where `action` is but a part of that.
    """

    name: str
    action: str
    method: str
    path: str
    do: Callable[[Stage, dict[str, Any]], Any]
    truth: tuple[Callable[[Any], bool], Callable[[], bool]]
    target: Callable[[Stage], str] | None
    by: str = "manager"
    proof: timedelta = timedelta(minutes=5)
    unseen: bool = False
    of: str = ""

    def __str__(self) -> str:
        return self.name

    def ticket(self, stage: Stage) -> dict[str, Any]:
        """Who does it, with which ticket: the `by` of `do`."""
        if self.target is None:
            return {}
        actor = stage.people[self.by]
        return {"actor": actor, "ticket": audit.mint(actor, self.of or self.action, self.target(stage))}


def _number(phonenumber: str) -> Callable[[Stage], str]:
    return lambda _: phonenumber


def _token(name: str) -> Callable[[Stage], str]:
    return lambda stage: f"{stage.partners[EDITED]}/{stage.tokens[name]}"


MOVE = "assign-subaccount"
WRITES = (
    Write(
        "assign", "number.assign", "POST", f"{ASSIGNED}/{MOVE}",
        lambda stage, by: number_assign(phonenumber=ASSIGNED, partner_sid=stage.partners[HOLDER], **by),
        (
            lambda world: not in_pool(ASSIGNED)(world),
            lambda: not pooled(ASSIGNED),
        ),
        _number(ASSIGNED),
    ),
    Write(
        "unassign", "number.unassign", "DELETE", f"{UNASSIGNED}/{MOVE}",
        lambda _, by: number_unassign(phonenumber=UNASSIGNED, **by),
        (in_pool(UNASSIGNED), lambda: pooled(UNASSIGNED)),
        _number(UNASSIGNED),
    ),
    Write(
        "unassign and clear", "number.unassign", "DELETE", f"{CLEARED}/{MOVE}",
        lambda _, by: number_unassign(phonenumber=CLEARED, clear=["callback_url"], **by),
        (
            lambda world: in_pool(CLEARED)(world) and did(world, CLEARED)["callback_url"] is None,
            lambda: pooled(CLEARED) and row(CLEARED).payload["callback_url"] is None,
        ),
        _number(CLEARED),
    ),
    Write(
        "clear on the way", "number.edit", "PATCH", "/phonenumber/dids/",
        lambda _, by: number_unassign(phonenumber=CLEARED, clear=["callback_url"], **by),
        _callback(CLEARED, None),
        _number(CLEARED),
        of="number.unassign",
    ),
    Write(
        "force", "number.force", "DELETE", f"{FORCED}/{MOVE}",
        _force,
        (
            in_pool(FORCED),
            lambda: pooled(FORCED) and OverrideRequest.objects.get(phonenumber=FORCED).state == "forced",
        ),
        _number(FORCED),
        by="admin",
    ),
    Write(
        "scheduled unassign", "number.unassign", "DELETE", f"{DUE}/{MOVE}",
        _carry_out,
        (
            in_pool(DUE),
            lambda: pooled(DUE) and UnassignIntent.objects.get(phonenumber=DUE).state == "done",
        ),
        None,
    ),
    Write(
        "edit a number", "number.edit", "PATCH", "/phonenumber/dids/",
        lambda _, by: number_edit(phonenumber=NAMED, wanted={"name": "Front desk"}, seen={}, **by),
        (
            lambda world: did(world, NAMED)["name"] == "Front desk",
            lambda: row(NAMED).name == "Front desk",
        ),
        _number(NAMED),
    ),
    Write(
        "undo", "number.edit", "PATCH", "/phonenumber/dids/", _undo, _callback(UNDONE, URL), _number(UNDONE)
    ),
    Write(
        "messaging", "number.messaging", "POST", "/messaging",
        lambda _, by: number_messaging(phonenumber=TALKING, enabled=True, **by),
        (
            lambda world: world.get(f"/phonenumber/dids/{did(world, TALKING)['did_sid']}/messaging").json()[
                "enabled"
            ],
            lambda: AuditEntry.objects.filter(target=TALKING, outcome="done").exists(),  # has no mirror
        ),
        _number(TALKING),
    ),
    Write(
        "release", "number.release", "DELETE", "/phonenumber/dids/",
        lambda _, by: number_release(phonenumber=RELEASED, how=NOW, **by),
        (lambda world: not did(world, RELEASED), lambda: row(RELEASED) is None),
        _number(RELEASED),
    ),
    Write(
        "release that can be cancelled", "number.release", "DELETE", f"/numbers/.{LEAVING}$",
        lambda _, by: number_release(phonenumber=LEAVING, how=CANCELLABLE, **by),
        (lambda world: did(world, LEAVING)["status"] == "aging", lambda: row(LEAVING).status == "aging"),
        _number(LEAVING),
    ),
    Write(
        "cancel a release", "number.release_cancel", "POST", "cancel-release",
        lambda _, by: number_release_cancel(phonenumber=KEPT, **by),
        (lambda world: did(world, KEPT)["status"] == "assigned", lambda: row(KEPT).status == "assigned"),
        _number(KEPT),
    ),
    Write(
        "create a partner", "partner.create", "POST", "/partners$",
        _create,
        (
            lambda world: "juniper" in listed(world, "/partners", "login"),
            lambda: Invitation.objects.filter(login="juniper").exists(),
        ),
        lambda _: create.TARGET,
        proof=timedelta(days=31),
    ),
    Write(
        "edit a partner", "partner.edit", "PATCH", "/partners/",
        _edit_partner,
        (
            lambda world: "Fourth floor" in listed(world, "/partners", "address2"),
            lambda: Partner.objects.get(name=EDITED).payload["address2"] == "Fourth floor",
        ),
        lambda stage: stage.partners[EDITED],
    ),
    Write(
        "delete a partner", "partner.delete", "DELETE", "/partners/",
        lambda stage, by: partner_delete(partner_sid=stage.partners[DELETED], reason=REASON, **by),
        (
            lambda world: DELETED not in listed(world, "/partners", "company_name"),
            lambda: not Partner.objects.filter(name=DELETED).exists(),
        ),
        lambda stage: stage.partners[DELETED],
        by="admin",
    ),
    Write(
        "issue a token", "token.issue", "POST", "/oauth/token/", _issue, _token_named("Issued"),
        lambda stage: stage.partners[EDITED],
        unseen=True,
    ),
    Write(
        "rotate a token", "token.rotate", "POST", "/oauth/token/",
        lambda stage, by: _issue(stage, by, name="Rotation", replaces=stage.tokens["Rotated"]),
        _token_named("Rotation"),
        _token("Rotated"),
        unseen=True,
    ),
    Write(
        "edit a token", "token.edit", "PATCH", "/oauth/tokens/",
        _rename,
        _token_named("Front"),
        _token("Renamed"),
    ),
    Write(
        "revoke a token", "token.revoke", "POST", "/oauth/revoke",
        _revoke,
        _token_gone("Revoked"),
        _token("Revoked"),
    ),
    Write(
        "planned revocation", "token.revoke", "POST", "/oauth/revoke",
        _revoke_planned,
        _token_gone("Replaced"),
        None,
    ),
)  # fmt: skip
