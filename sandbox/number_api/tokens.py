"""Access tokens of sub-accounts: JSON Web Tokens signed with the key they stand for (RFC 7519, HS256).

Nothing is stored: a token dies with its key, with its account, or after its time.
"""

import base64
import binascii
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from sandbox import clock
from sandbox.models import AccountKey

ACCESS_SECONDS = 1800
_REFRESH = timedelta(days=30)


def issue(key: AccountKey) -> dict[str, Any]:
    """The documented `tokens` of a new sub-account."""
    moment = clock.now(key.partner.world)
    return {
        "access_token": _signed(key, "access", moment + timedelta(seconds=ACCESS_SECONDS)),
        "refresh_token": _signed(key, "refresh", moment + _REFRESH),
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
    }


def key_of(token: str) -> AccountKey | None:
    """The key an access token stands for, while it lives."""
    head, dot, signature = token.rpartition(".")
    claims = _claims(head)
    if not dot or claims is None:
        return None
    for key in AccountKey.objects.select_related("partner__world").filter(auth_id=claims["sub"]):
        fresh = clock.now(key.partner.world).timestamp() < claims["exp"]
        if fresh and hmac.compare_digest(_signature(key, head).encode(), signature.encode(errors="replace")):
            return key
    return None


def _signed(key: AccountKey, purpose: str, until: Any) -> str:
    claims = {"sub": key.auth_id, "typ": purpose, "exp": int(until.timestamp())}
    head = ".".join(_packed(json.dumps(each).encode()) for each in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{head}.{_signature(key, head)}"


def _signature(key: AccountKey, head: str) -> str:
    return _packed(hmac.new(key.auth_token.encode(), head.encode(errors="replace"), hashlib.sha256).digest())


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _claims(head: str) -> dict[str, Any] | None:
    """What an unverified access token says of itself; None when it is none."""
    packed = head.partition(".")[2]
    try:
        claims = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(claims, dict) or claims.get("typ") != "access":
        return None
    sub, exp = claims.get("sub"), claims.get("exp")
    usable = isinstance(sub, str) and "\x00" not in sub and isinstance(exp, int)
    return claims if usable else None
