"""Tokens and the caller's own partner (Core API §2.6)."""

import uuid
from datetime import datetime, timedelta
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Form, Query, Router, Schema
from pydantic import Field

from sandbox import clock
from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.mirrors import mirrored
from sandbox.api.objects import PARTNER, TOKEN
from sandbox.auth import Caller, Scopes
from sandbox.bodies import check_plain, require_content_type
from sandbox.errors import Problem, bad_request, forbidden, invalid, json_answer, not_found, unauthorized
from sandbox.logins import WORKING, SignedIn, sign_in
from sandbox.models import Partner, Token, World
from sandbox.paging import FieldParams, one
from sandbox.scopes import beyond
from sandbox.tree import family
from sandbox.worlds import setting

router = Router(tags=["OAuth"])

FORM = "application/x-www-form-urlencoded"
_MAY_CREATE = ("oauth.manage_all_tokens", "oauth.manage", "oauth.create")
_LONGEST_LIFE = 200 * 365 * 86_400


class Client(Schema):
    client_id: str
    client_secret: str


class TokenWishes(Client):
    """How long a new token lives (seconds), its name, and what it may do."""

    access_token_expires_in: int | None = Field(default=None, gt=0, le=_LONGEST_LIFE)
    refresh_token_expires_in: int | None = Field(default=None, gt=0, le=_LONGEST_LIFE)
    name: str | None = Field(default=None, max_length=200)
    scope: str | None = Field(
        default=None, max_length=4000, description="Comma-separated; default: all available."
    )


class TokenRequest(TokenWishes):
    grant_type: Literal["password", "refresh_token"]
    username: str | None = None
    password: str | None = None
    refresh_token: str | None = None
    refresh_token_type: Literal["access_token", "new_token", "refresh_token"] = "access_token"  # noqa: S105 - a kind


def a_form(request: HttpRequest) -> bool:
    """Nobody in particular, with a form: the grant itself says who is calling."""
    require_content_type(request, FORM)
    return True


_CREATED = {"response": {200: TOKEN.schema(), **WRITE_ERRORS}}


@mirrored(router.post, "/oauth/token", operation_id="create_token", auth=a_form, body=FORM, **_CREATED)
def create_token(request: HttpRequest, wishes: Form[TokenRequest]) -> HttpResponse:
    """A token for a partner's login, or by a refresh token. An Authorization header is not needed."""
    world = world_of(wishes)
    if wishes.grant_type == "password":
        return _shown(request, _issue(world, _by_password(world, wishes), wishes))
    old = _by_refresh_token(world, wishes)
    if wishes.refresh_token_type == "new_token":  # noqa: S105 - a kind
        same = SignedIn(old.partner, old.partner_login, old.scopes)
        return _shown(request, _issue(world, same, wishes))
    return _shown(request, _prolong(world, old, wishes))


@mirrored(
    router.post,
    "/oauth/token/{partner_sid}",
    operation_id="create_sub_partner_token",
    auth=Scopes(*_MAY_CREATE, body=FORM),
    body=FORM,
    **_CREATED,
)
def create_sub_partner_token(
    request: HttpRequest, partner_sid: str, wishes: Form[TokenWishes]
) -> HttpResponse:
    """A token for the caller itself or a descendant."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if world_of(wishes).pk != caller.world.pk:
        raise unauthorized()
    partner = Partner.objects.filter(partner_sid=partner_sid, partner_sid__in=family(caller.partner)).first()
    if partner is None or partner.status not in WORKING:
        raise not_found()
    holder = SignedIn(partner, partner.login, partner.available_scopes)
    return _shown(request, _issue(caller.world, holder, wishes))


@mirrored(
    router.get,
    "/oauth/whoami",
    operation_id="whoami",
    response={200: PARTNER.schema(), **READ_ERRORS},
    auth=Scopes(),
)
def whoami(request: HttpRequest, params: Query[FieldParams]) -> HttpResponse:
    """The caller's own partner."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return json_answer(
        one(Partner.objects.filter(pk=caller.partner.pk), PARTNER, params, admin=caller.is_admin)
    )


def world_of(client: Client) -> World:
    """The world whose client this is; ApiError 401 for no client of anybody."""
    check_plain(client.dict())
    world = World.objects.filter(client_id=client.client_id, client_secret=client.client_secret).first()
    if world is None:
        raise unauthorized()
    return world


def _by_password(world: World, wishes: TokenRequest) -> SignedIn:
    for name in ("username", "password"):
        if not getattr(wishes, name):
            raise bad_request(name, "is required with grant_type password")
    known = sign_in(wishes.username or "", wishes.password or "", world)
    if known is None:
        raise unauthorized()
    _require_right(known.partner)
    return known


def _require_right(partner: Partner) -> None:
    """The documented scopes are asked of the partner: this request needs no token to carry them."""
    if not set(partner.available_scopes) & set(_MAY_CREATE):
        raise forbidden()


def _by_refresh_token(world: World, wishes: TokenRequest) -> Token:
    if not wishes.refresh_token:
        raise bad_request("refresh_token", "is required with grant_type refresh_token")
    token = (
        Token.objects.select_related("partner")
        .filter(world=world, refresh_token=wishes.refresh_token, revoked__isnull=True)
        .first()
    )
    working = token is not None and token.partner.status in WORKING
    if token is None or not working or token.date_expiration_refresh_token <= clock.now(world):
        raise unauthorized()
    _require_right(token.partner)
    return token


def _issue(world: World, holder: SignedIn, wishes: TokenWishes) -> Token:
    moment = clock.now(world)
    return Token.objects.create(
        world=world,
        partner=holder.partner,
        partner_login=holder.login,
        access_token=str(uuid.uuid4()),
        refresh_token=str(uuid.uuid4()),
        client_id=wishes.client_id,
        client_secret=wishes.client_secret,
        name=wishes.name,
        scopes=_scopes(wishes.scope, holder.scopes),
        date_created=moment,
        date_last_modified=moment,
        date_expiration_access_token=_expiry(world, moment, wishes.access_token_expires_in, "access_token"),
        date_expiration_refresh_token=_expiry(
            world, moment, wishes.refresh_token_expires_in, "refresh_token"
        ),
    )


def _prolong(world: World, token: Token, wishes: TokenRequest) -> Token:
    """Let one of the token's two halves live anew, from now."""
    moment = clock.now(world)
    if wishes.refresh_token_type == "access_token":  # noqa: S105 - a kind
        token.date_expiration_access_token = _expiry(
            world, moment, wishes.access_token_expires_in, "access_token"
        )
    else:
        token.date_expiration_refresh_token = _expiry(
            world, moment, wishes.refresh_token_expires_in, "refresh_token"
        )
    token.date_last_modified = moment
    token.save(
        update_fields=["date_expiration_access_token", "date_expiration_refresh_token", "date_last_modified"]
    )
    return token


def _expiry(world: World, moment: datetime, seconds: int | None, kind: str) -> datetime:
    return moment + timedelta(seconds=seconds or setting(world, f"{kind}_seconds"))


def _scopes(wanted: str | None, allowed: list[str]) -> list[str]:
    """The scopes of a new token: those asked for, all allowed ones when nothing was."""
    names = [name.strip() for name in (wanted or "").replace(" ", ",").split(",") if name.strip()]
    excess = beyond(names, allowed)
    if excess:
        raise invalid(*(Problem("scope", f"{name} is not available to the partner") for name in excess[:20]))
    return names or list(allowed)


def _shown(request: HttpRequest, token: Token) -> HttpResponse:
    caller = request.auth  # type: ignore[attr-defined]
    admin = isinstance(caller, Caller) and caller.is_admin
    return json_answer(one(Token.objects.filter(pk=token.pk), TOKEN, FieldParams(), admin=admin))
