"""Worlds: their settings, and what the steering endpoint tells of them."""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from sandbox import dates
from sandbox.errors import ApiError, bad_request
from sandbox.models import Partner, Token, World
from sandbox.seeding import DEFAULT_KEY

# What a world does unless told otherwise; times on the world's own clock.
DEFAULTS: dict[str, Any] = {
    "aging_days": 30,  # from release until rentable again
    "quarantine_days": 45,  # the same for numbers released through the Phone Number API
    "release_seconds": 86_400,  # in which such a release can be cancelled
    "release_fee": 0,  # whole units of the currency, for numbers that have none of their own
    "charge_rents": True,  # renting through the Core API costs setup and the first month at once
    "low_balance_402": False,  # buying without the money is refused with 402 instead of 500
    "external_order_seconds": 60,  # an external order that does not complete at once
    "external_busy": False,  # the external provider refuses every order
    "messaging_seconds": 30,  # enabling or disabling messaging
    "messaging_fails": [],  # true, or the numbers on which enabling fails
    "messaging_types": ["a2p", "p2p"],  # what partners may choose; the first is meant when none is named
    "external_dids": True,  # partners may register numbers of other carriers
    "default_carrier_sid": "",  # of external DIDs that name none; a partner's system_attributes come first
    "callback_retry_seconds": 5,  # real ones, before a callback's second attempt; each further one doubles it
    "access_token_seconds": 36_500 * 86_400,  # lifetime of tokens nobody limited
    "refresh_token_seconds": 36_500 * 86_400,
    "verify_seconds": None,  # until a new partner's addresses are verified; None: only by steering
}


def setting(world: World, name: str) -> Any:
    return world.settings.get(name, DEFAULTS[name])


def default_world() -> World | None:
    """The world `serve` seeds and `credentials` tells about; None before that."""
    return World.objects.filter(key=DEFAULT_KEY).first()


def credentials(world: World) -> dict[str, Any]:
    """Addresses and secrets of a world's main partner, for a client's configuration."""
    known = world.credentials
    return {
        "world": world.key,
        "core_api": {
            "url": f"{settings.SANDBOX_URL}/core/v2",
            "token": known["token"],
            "login": known["login"],
            "password": known["password"],
            "client_id": world.client_id,
            "client_secret": world.client_secret,
            "partner_sid": world.main_partner_sid,
        },
        "number_api": {
            "url": f"{settings.SANDBOX_URL}/api/v1",
            **{key: known[key] for key in ("auth_id", "auth_token", "admin_auth_id", "admin_auth_token")},
        },
    }


def described(world: World) -> dict[str, Any]:
    """The credentials, and how the world stands."""
    return {
        **credentials(world),
        "now": dates.iso(dates.now(world)),
        "settings": {**DEFAULTS, **world.settings},
    }


def change_settings(world: World, changes: dict[str, Any]) -> None:
    """Keep new settings; `scopes` (a list) sets what the main partner and its own token may do.

    Raises ApiError 400 for names or types that are no setting.
    """
    for name, value in changes.items():
        if name == "scopes":
            _set_scopes(world, value)
        else:
            _check(name, value)
            world.settings[name] = value
    world.save(update_fields=["settings"])


def _check(name: str, value: Any) -> None:
    if name not in DEFAULTS:
        raise bad_request(name, f"no such setting; known are: scopes, {', '.join(DEFAULTS)}")
    if name in _OTHERS:
        fine, wanted_text = _OTHERS[name]
        if not fine(value):
            raise bad_request(name, wanted_text)
        return
    wanted = bool if isinstance(DEFAULTS[name], bool) else int
    optional = value is None and DEFAULTS[name] is None
    fits = optional or (isinstance(value, bool) if wanted is bool else _is_duration(value))
    if not fits:
        raise bad_request(name, f"is {'true or false' if wanted is bool else 'a whole number, not negative'}")


def _is_duration(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**11


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


# Settings that are neither true or false nor a duration: what they may be.
_OTHERS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "messaging_fails": (
        lambda value: isinstance(value, bool) or _are_texts(value),
        "is true, false or a list of numbers",
    ),
    "messaging_types": (
        lambda value: _are_texts(value) and bool(value) and {*value} <= {"a2p", "p2p"},
        "is a list of a2p, p2p or both",
    ),
    "default_carrier_sid": (lambda value: isinstance(value, str), "is a sid, or empty"),
}


def _set_scopes(world: World, scopes: Any) -> None:
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise bad_request("scopes", "is a list of scope names")
    Partner.objects.filter(partner_sid=world.main_partner_sid).update(available_scopes=scopes)
    Token.objects.filter(access_token=world.credentials["token"]).update(scopes=scopes)


def world_by_key(key: str) -> World:
    world = World.objects.filter(key=key).first()
    if world is None:
        raise ApiError(404, f"there is no world {key!r}")
    return world
