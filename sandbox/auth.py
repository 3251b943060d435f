"""Who is calling, and whether they may: tokens, partner logins, scopes (Core API §1.2)."""

import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta

from django.db import OperationalError, connection
from django.db.models import Q
from django.http import HttpRequest
from ninja.security.base import AuthBase

from sandbox import clock
from sandbox.bodies import require_content_type
from sandbox.errors import forbidden, unauthorized
from sandbox.logins import WORKING, sign_in
from sandbox.models import Partner, Token, World

_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Caller:
    partner: Partner
    world: World
    token: Token | None  # None: came with the partner's login
    scopes: frozenset[str]

    @property
    def is_admin(self) -> bool:
        """Whether fields for administrators are shown."""
        return self.may_administer("read")

    def may_administer(self, verb: str) -> bool:
        """Whether an administrator's `verb` (create, read, update or delete) is allowed."""
        return not self.scopes.isdisjoint(("admin.manage", f"admin.{verb}"))


class Scopes(AuthBase):
    """Lets a caller pass who has any one of the named scopes; none named: any caller.

    Also refuses a body of another content type than `body`, after the caller is known.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, *names: str, body: str = "application/json") -> None:
        super().__init__()
        self.names = names
        self.body = body

    def __call__(self, request: HttpRequest) -> Caller:
        caller = identify(request)
        if self.names and caller.scopes.isdisjoint(self.names):
            raise forbidden()
        if request.method in ("POST", "PUT", "PATCH"):
            require_content_type(request, self.body)
        clock.settle(caller.world)
        return caller


class Administrators(Scopes):
    """Lets administrators pass who may do `verb`: create, read, update or delete."""

    def __init__(self, verb: str, *, body: str = "application/json") -> None:
        super().__init__("admin.manage", f"admin.{verb}", body=body)


def identify(request: HttpRequest) -> Caller:
    """The caller by the Authorization header; ApiError 401 when it names nobody who may call."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return _by_token(request, secret.strip())
    if kind.lower() == "basic":
        return _by_login(secret.strip())
    raise unauthorized()


def _by_token(request: HttpRequest, secret: str) -> Caller:
    token = token_of(secret)
    if token is None or token.partner.status not in WORKING:
        raise unauthorized()
    moment = clock.now(token.world)
    if token.date_expiration_access_token <= moment:
        raise unauthorized()
    if token.date_last_accessed is None or moment - token.date_last_accessed >= _TOUCH_EVERY:
        _touch(token, moment, request.META.get("REMOTE_ADDR"))
    return Caller(token.partner, token.world, token, frozenset(token.scopes))


def token_of(secret: str) -> Token | None:
    """The unrevoked token with this access token, its partner and world along with it."""
    if "\x00" in secret:
        return None
    return (
        Token.objects.select_related("partner", "world")
        .filter(access_token=secret, revoked__isnull=True)
        .first()
    )


def _touch(token: Token, moment: object, address: str | None) -> None:
    """Note the use of a token, at most once a minute, and never wait for another writer to do so."""
    stale = Q(date_last_accessed__isnull=True) | Q(date_last_accessed__lte=moment - _TOUCH_EVERY)  # type: ignore[operator]
    with connection.cursor() as cursor:
        sqlite = connection.vendor == "sqlite"
        if sqlite:
            cursor.execute("PRAGMA busy_timeout = 20")
        try:
            Token.objects.filter(stale, pk=token.pk).update(
                date_last_accessed=moment, ip_last_accessed=address
            )
        except OperationalError:
            return  # the next request will note it
        finally:
            if sqlite:
                cursor.execute("PRAGMA busy_timeout = 20000")


def _by_login(secret: str) -> Caller:
    known = sign_in(*credentials_in(secret))
    if known is None:
        raise unauthorized()
    return Caller(known.partner, known.partner.world, None, frozenset(known.scopes))


def credentials_in(secret: str) -> tuple[str, str]:
    """Login and password of a Basic header's value; ApiError 401 when it is none."""
    try:
        text = base64.b64decode(secret, validate=True).decode()
    except (binascii.Error, ValueError):
        raise unauthorized() from None
    login, colon, password = text.partition(":")
    if not colon or "\x00" in text:
        raise unauthorized()
    return login, password
