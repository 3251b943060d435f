"""Partners coming, moving and going (Core API §2.5).

Whatever depends on the tree or on logins being unique happens while the world's row is locked, so
that two requests at once can neither close a circle nor take the same login.
"""

import secrets
from typing import Any

from django.db import transaction

from sandbox import clock
from sandbox.auth import Caller
from sandbox.errors import ApiError, Problem, conflict, forbidden, invalid, not_found
from sandbox.logins import WORKING, is_taken
from sandbox.models import (
    AccessRule,
    AccountKey,
    BillingMethod,
    Did,
    DidGroup,
    Endpoint,
    ExternalDid,
    Login,
    LrnPrefix,
    Partner,
    Prefix,
    ShortCode,
    Task,
    Token,
    TrunkGroup,
    World,
)
from sandbox.models.batch import UNFINISHED
from sandbox.tree import family

# What a partner must have given back before it can be deleted, and what goes with it.
_NUMBERS = (Did, ExternalDid, Prefix, LrnPrefix, ShortCode)
_CONFIGURATION = (Login, BillingMethod, AccountKey, Endpoint, AccessRule, TrunkGroup, DidGroup)
EMAILS = ("owner_email", "tech_email", "billing_email")


def create(caller: Caller, values: dict[str, Any]) -> Partner:
    """A new partner below the caller, or below `parent_sid`; hidden until it is verified.

    `values`: columns, with `password` in clear and `parent_sid` as sent ("" and None: the caller).
    Raises ApiError 409 for a login that is taken, 422 for a parent that does not exist.
    """
    kept = dict(values)
    password = kept.pop("password")
    parent_sid = kept.pop("parent_sid", None) or caller.partner.partner_sid
    pending = {name: kept.pop(name) for name in EMAILS if kept.get(name)}
    with transaction.atomic():
        lock(caller.world)
        _require_parent(caller, parent_sid)
        require_free(caller.world, kept["login"])
        partner = Partner(
            world=caller.world,
            parent_id=parent_sid,
            display_id=f"CX{secrets.randbelow(10**8):08}",
            status="unverified",
            date_created=clock.now(caller.world),
            pending_emails=pending,
            **kept,
        )
        partner.set_password(password)
        partner.save()
    return partner


def lock(world: World) -> None:
    """Let no one else change this world's tree or logins until the transaction ends."""
    World.objects.select_for_update(no_key=True).only("pk").get(pk=world.pk)


def require_free(world: World, login: str) -> None:
    if is_taken(world, login):
        raise conflict("login", "this login is taken")


def _require_parent(caller: Caller, sid: str) -> None:
    known = Partner.objects.filter(partner_sid=sid, status__in=WORKING)
    if sid not in family(caller.partner) or not known.exists():
        raise invalid(Problem("parent_sid", "there is no such partner", sid))


def require_move(caller: Caller, partner: Partner, parent_sid: str | None) -> None:
    """ApiError unless `partner` may come to stand below `parent_sid`; call with the world locked.

    403 for the caller itself, 422 for a parent that does not exist or stands below the partner.
    """
    if partner.partner_sid == caller.partner.partner_sid:
        raise forbidden("parent_sid", "a partner cannot choose its own parent")
    if parent_sid is None:
        raise invalid(Problem("parent_sid", "a sub-partner has a parent"))
    _require_parent(caller, parent_sid)
    if parent_sid in family(partner):
        raise invalid(Problem("parent_sid", "is the partner itself or stands below it", parent_sid))


def remove(caller: Caller, partner: Partner) -> None:
    """Delete a partner with its tokens, logins and everything it has configured; its records stay.

    Raises ApiError 403 for the caller itself, 409 while it has sub-partners or holds numbers, 404
    when it is gone already.
    """
    if partner.partner_sid == caller.partner.partner_sid:
        raise forbidden("partner_sid", "a partner cannot delete itself")
    with transaction.atomic():
        lock(caller.world)
        Partner.objects.select_for_update().get(pk=partner.pk)  # waits for a rent that is under way
        _require_unburdened(partner)
        gone = Partner.objects.filter(pk=partner.pk).exclude(status="deleted").update(status="deleted")
        if not gone:
            raise not_found()
        Token.objects.filter(partner=partner, revoked__isnull=True).update(revoked=clock.now(caller.world))
        tasks = Task.objects.filter(partner=partner, status__in=(*UNFINISHED, "pending_review"))
        tasks.update(status="cancelled")
        for model in _CONFIGURATION:
            model.objects.filter(partner=partner).delete()


def _require_unburdened(partner: Partner) -> None:
    reasons = []
    if partner.children.exclude(status="deleted").exists():
        reasons.append(Problem("partner_sid", "the partner has sub-partners", partner.partner_sid))
    if any(model.objects.filter(partner=partner).exists() for model in _NUMBERS):
        reasons.append(Problem("partner_sid", "the partner holds phone numbers", partner.partner_sid))
    if reasons:
        raise ApiError(409, "conflict", *reasons)
