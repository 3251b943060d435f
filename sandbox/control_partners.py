"""Steering partners: verifying new ones, and setting what no client may set."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import path

from sandbox.amounts import read_amount
from sandbox.api.objects import PARTNER
from sandbox.control import endpoint, sent_object
from sandbox.dates import now
from sandbox.errors import bad_request, conflict, not_found
from sandbox.models import Partner, World
from sandbox.money import move
from sandbox.verification import verify

_STATUSES = ("active", "canceled", "suspended", "unconfirmed", "unverified")


def show(_request: HttpRequest, world: World, sid: str) -> dict[str, Any]:
    """A partner as an administrator sees it, hidden ones too."""
    found = PARTNER.read(_rows(world, sid), PARTNER.chosen("", "", admin=True))
    if not found:
        raise not_found()
    return found[0]


def change(request: HttpRequest, world: World, sid: str) -> dict[str, Any]:
    """Set `available_scopes`, `status`, `balance`, `daily_spent_amount`."""
    sent = sent_object(request)
    if unknown := [name for name in sent if name not in _SETTABLE]:
        raise bad_request(unknown[0], f"settable are {', '.join(_SETTABLE)}")
    values = {name: _SETTABLE[name](name, value) for name, value in sent.items()}
    with transaction.atomic():
        partner = _rows(world, sid).select_for_update().first()
        if partner is None:
            raise not_found()
        balance = values.pop("balance", partner.balance)
        if values:
            _rows(world, sid).update(**values)
        move(sid, balance - partner.balance, kind="adjustment", moment=now(world), overdraft=True)
    return show(request, world, sid)


def verify_now(request: HttpRequest, world: World, sid: str) -> dict[str, Any]:
    """What following the link in the verification mail does."""
    show(request, world, sid)
    if not verify(sid):
        raise conflict("status", "the partner is not waiting to be verified")
    return show(request, world, sid)


def _rows(world: World, sid: str) -> Any:
    return Partner.objects.filter(world=world, partner_sid=sid)


def _scopes(name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(scope, str) for scope in value):
        raise bad_request(name, "is a list of scope names")
    return value


def _status(name: str, value: Any) -> str:
    if value not in _STATUSES:
        raise bad_request(name, f"is one of {', '.join(_STATUSES)}")
    return value


def _money(name: str, value: Any) -> Any:
    try:
        amount = read_amount(value)
    except ValueError as error:
        raise bad_request(name, str(error)) from None
    if amount is None:
        raise bad_request(name, "is an amount of money")
    return amount


_SETTABLE = {"available_scopes": _scopes, "balance": _money, "daily_spent_amount": _money, "status": _status}

_partner = "_sandbox/worlds/<str:world>/partners/<str:sid>"
urlpatterns = [
    path(_partner, endpoint(get=show, patch=change)),
    path(f"{_partner}/verify", endpoint(post=verify_now)),
]
