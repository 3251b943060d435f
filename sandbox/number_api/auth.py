"""Who is calling (Phone Number API §3.1): X-Auth-ID and X-Auth-Token, Basic, or an access token."""

import base64
import binascii
import hmac
from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security.base import AuthBase

from sandbox import clock
from sandbox.models import AccountKey, Partner, World
from sandbox.number_api import tokens
from sandbox.number_api.accounts import HIDDEN, account_ids, master_of
from sandbox.number_api.errors import Coded, denied

_LONGEST = 100


@dataclass(frozen=True)
class Account:
    """The caller: its partner, and the key it came with."""

    partner: Partner
    world: World
    auth_id: str
    is_admin: bool

    @property
    def is_master(self) -> bool:
        return self.partner.parent_id is None

    @property
    def account_id(self) -> str:
        """What the account is called, whichever of its keys the caller holds."""
        return account_ids([self.partner.partner_sid]).get(self.partner.partner_sid, self.auth_id)

    def payer(self) -> Partner:
        """Whose balance it spends: a sub-account's parent pays."""
        return master_of(self.partner)


class Keys(AuthBase):
    """Lets the account's own credentials pass; the id in the path must be one of its own."""

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "X-Auth-ID"

    def __call__(self, request: HttpRequest) -> Account:
        key = _key(request)
        if key is None or key.partner.status in HIDDEN:
            raise denied(401, "Invalid authentication credentials")
        account = Account(key.partner, key.partner.world, key.auth_id, key.is_admin)
        _require_path(request, account)
        if account.partner.status != "active":
            raise Coded(403, "ACCOUNT_INACTIVE", "The account is not active.")
        clock.settle(account.world)
        return account


def _key(request: HttpRequest) -> AccountKey | None:
    auth_id, auth_token = request.headers.get("X-Auth-ID"), request.headers.get("X-Auth-Token")
    if auth_id is not None or auth_token is not None:
        return _by_pair(auth_id or "", auth_token or "")
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        return _by_pair(*_pair_in(secret.strip()))
    if kind.lower() == "bearer":
        key = tokens.key_of(secret.strip())
        if key is None:
            raise denied(401, "Invalid token")
        return key
    raise denied(401, "Authentication required")


def _pair_in(secret: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(secret, validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    auth_id, _, auth_token = text.partition(":")
    return auth_id, auth_token


def _by_pair(auth_id: str, auth_token: str) -> AccountKey | None:
    if not auth_id or len(auth_id) > _LONGEST or "\x00" in auth_id:
        return None
    for key in AccountKey.objects.select_related("partner__world").filter(auth_id=auth_id):
        if hmac.compare_digest(key.auth_token.encode(), auth_token.encode(errors="replace")):
            return key
    return None


def _require_path(request: HttpRequest, account: Account) -> None:
    """Any of the account's own ids will do: an administrator's key has one to itself."""
    named = request.resolver_match.kwargs.get("auth_id") if request.resolver_match else None
    if named in (None, account.auth_id):
        return
    own = AccountKey.objects.filter(partner=account.partner).values_list("auth_id", flat=True)
    if named not in own:
        raise denied(403, "Access denied: account ID mismatch")
