"""Who we are to the Core API, and who else may be: tokens and sub-logins (Core API §2.6).

Upstream returns access tokens in clear, also in lists. Here they come through at one place only, the
`IssuedToken` of a token that was just issued; everywhere else they stay inside.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portal.core_api.errors import NotSent, Where
from portal.core_api.filters import F, Filter
from portal.core_api.paging import LARGEST_PAGE, Listing, Page, by_key, by_offset, page_of, window
from portal.core_api.scrub import HIDDEN, scrubbed
from portal.core_api.sending import changed
from portal.core_api.shape import Fields, about
from portal.core_api.transport import Form, Transport, nothing, path_part
from portal.core_api.types import Partner


class NoClient(ValueError):
    """Neither the client nor the call has a client id and secret, which upstream wants for this."""


class OwnToken(ValueError):
    """The token is the one this client works with: revoking it would lock us out."""


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """An application's registration with the Core API, asked for by `/oauth/token` and `/oauth/revoke`."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token without its secrets. Dates are aware UTC; `date_last_accessed` is None when never used.

    `ours` is True for the one this client itself works with.
    """

    token_sid: str
    name: str | None = None
    partner_sid: str | None = None
    client_id: str | None = None
    scopes: tuple[str, ...] = ()
    token_type: str | None = None
    date_created: datetime | None = None
    date_expiration_access_token: datetime | None = None
    date_expiration_refresh_token: datetime | None = None
    date_last_accessed: datetime | None = None
    ip_last_accessed: str | None = None
    ours: bool = False
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, in_clear: object) -> "Token":
        """Takes the object with its secrets, ours already masked in it, and keeps none of them."""
        return cls(**_public(in_clear))


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken(Token):
    """A token the moment it was issued: the only time anyone sees its secrets.

    They take no part in `repr`, comparison and `payload`, and it cannot be pickled, so neither a cache nor
    a session nor a queue can keep one.
    """

    access_token: str = field(repr=False, compare=False)
    refresh_token: str = field(default="", repr=False, compare=False)

    @classmethod
    def parse(cls, in_clear: object) -> "IssuedToken":
        fields = Fields(in_clear, "issued token")
        return cls(
            **_public(in_clear),
            access_token=fields.required("access_token"),
            refresh_token=fields.text("refresh_token") or "",
        )

    def __reduce__(self) -> str:
        raise TypeError("An issued token is shown once and kept nowhere.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A sub-login of a partner; its password is never returned."""

    login_sid: str
    login: str
    partner_sid: str | None = None
    token_scopes: tuple[str, ...] = ()
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Login":
        fields = Fields(payload, "login")
        return cls(
            login_sid=fields.required("login_sid"),
            login=fields.required("login"),
            partner_sid=fields.text("partner_sid"),
            token_scopes=fields.words("token_scopes"),
            payload=fields.payload,
        )


class Tokens:
    """`api.oauth.tokens`."""

    UPDATABLE = frozenset({"name", "scopes", "date_expiration_access_token", "date_expiration_refresh_token"})

    def __init__(self, transport: Transport, client: OAuthClient | None) -> None:
        self._transport = transport
        self._client = client

    def list(
        self,
        filter: Filter | None = None,  # noqa: A002
        *,
        limit: int = 100,
        order: str | None = None,
    ) -> Page[Token]:
        """Tokens that have not expired, ours and, with `oauth.manage_all_tokens`, our sub-partners'."""
        params = window(filter, limit, 0, order)
        return self._transport.request(
            "GET", "/oauth/tokens", page_of(Token.parse), params=params, in_clear=True
        )

    def iterate(self, filter: Filter | None = None, *, page_size: int = LARGEST_PAGE) -> Listing[Token]:  # noqa: A002
        """Like `list`, all of them, in order of their SIDs."""
        wanted = Filter() if filter is None else filter

        def fetch(last: str | None) -> Page[Token]:
            after = Filter() if last is None else F("token_sid") > last
            return self.list(wanted & after, limit=page_size, order="token_sid")

        return by_key(fetch, lambda token: token.token_sid, lambda: None)

    def get(self, token_sid: str) -> Token:
        """One token. NotFound once it is revoked or expired."""
        parse = about(Token.parse, token_sid=token_sid)
        return self._transport.request("GET", _token(token_sid), parse, in_clear=True)

    def issue(
        self,
        partner_sid: str,
        *,
        name: str,
        scopes: Iterable[str],
        expires_in: timedelta,
        refresh_expires_in: timedelta | None = None,
        client: OAuthClient | None = None,
    ) -> IssuedToken:
        """A token for a sub-partner (`POST /oauth/token/{partner_sid}`).

        Upstream would grant everything for a hundred years by omission, so `scopes` and `expires_in` (whole
        seconds, above zero) must be given: ValueError. The refresh token lives as long, unless told
        otherwise. NoClient without client id and secret. Never retried: after OutcomeUnknown a token
        nobody knows may exist; find it by its name and revoke it.
        """
        path = f"/oauth/token/{path_part(partner_sid)}"
        form = Form(**self._who(client), **_wishes(name, scopes, expires_in, refresh_expires_in))
        parse = about(IssuedToken.parse, partner_sid=partner_sid)
        return self._transport.request("POST", path, parse, form=form, in_clear=True)

    def issue_for_self(
        self,
        login: str,
        password: str,
        *,
        name: str,
        scopes: Iterable[str],
        expires_in: timedelta,
        refresh_expires_in: timedelta | None = None,
        client: OAuthClient | None = None,
    ) -> IssuedToken:
        """A token for the partner with this login and password (`POST /oauth/token`); else like `issue`."""
        form = Form(
            **self._who(client),
            **_wishes(name, scopes, expires_in, refresh_expires_in),
            grant_type="password",
            username=login,
            password=password,
        )
        return self._transport.request("POST", "/oauth/token", IssuedToken.parse, form=form, in_clear=True)

    def update(self, token_sid: str, /, **fields: Any) -> Token:
        """Set `name`, `scopes`, `date_expiration_access_token`, `date_expiration_refresh_token` (aware).

        Changing scopes needs `oauth.allow_token_scope_update`. ValueError for no or another field.
        """
        body = changed(fields, self.UPDATABLE, "a token")
        parse = about(Token.parse, token_sid=token_sid)
        return self._transport.request("PATCH", _token(token_sid), parse, json=body, in_clear=True)

    def revoke(self, token_sid: str, *, client: OAuthClient | None = None) -> None:
        """End a token at once, its refresh token with it.

        Upstream revokes by the token's text, so that is read here and goes back without being seen.
        NotFound when it is gone already; OwnToken for the one we work with; NotSent when upstream does not
        show its text (let it expire by `update` then).
        """
        who = self._who(client)
        parse = about(_Text.parse, token_sid=token_sid)
        secret = self._transport.request("GET", _token(token_sid), parse, in_clear=True)
        if secret.text == HIDDEN:
            raise OwnToken("This is the token the portal itself works with: it cannot be revoked here.")
        if not secret.text:
            raise NotSent(
                "The Core API does not show this token, so it cannot be revoked. Nothing was changed. "
                "Set its expiry to now instead.",
                where=Where("POST", "/oauth/revoke"),
            )
        self._transport.request("POST", "/oauth/revoke", nothing, form=Form(**who, token=secret.text))

    def _who(self, client: OAuthClient | None) -> Form:
        known = client or self._client
        if known is None or not known.client_id or not known.client_secret:
            raise NoClient("A client id and a client secret are needed to issue or revoke tokens.")
        return Form(client_id=known.client_id, client_secret=known.client_secret)


class Logins:
    """`api.oauth.logins`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iterate(self, filter: Filter | None = None) -> Listing[Login]:  # noqa: A002
        """Sub-logins of our partner."""

        def fetch(offset: int) -> Page[Login]:
            params = window(filter, LARGEST_PAGE, offset)
            return self._transport.request("GET", "/oauth/logins", page_of(Login.parse), params=params)

        return by_offset(fetch, lambda login: login.login_sid)

    def get(self, login_sid: str) -> Login:
        return self._transport.request("GET", _login(login_sid), about(Login.parse, login_sid=login_sid))

    def create(self, login: str, password: str, token_scopes: Iterable[str]) -> Login:
        """`login` must be the partner's own login, an underscore and a name: Invalid otherwise."""
        body = {"login": login, "password": password, "token_scopes": list(token_scopes)}
        return self._transport.request("POST", "/oauth/logins", about(Login.parse, login=login), json=body)

    def set_password(self, login_sid: str, password: str) -> Login:
        """The only thing about a sub-login that can be changed."""
        parse = about(Login.parse, login_sid=login_sid)
        return self._transport.request("PATCH", _login(login_sid), parse, json={"password": password})

    def delete(self, login_sid: str) -> None:
        self._transport.request("DELETE", _login(login_sid), nothing)


class OAuth:
    """`api.oauth`."""

    def __init__(self, transport: Transport, client: OAuthClient | None = None) -> None:
        self._transport = transport
        self.tokens = Tokens(transport, client)
        self.logins = Logins(transport)

    def whoami(self) -> Partner:
        """The partner our token belongs to; needs no scope, so it also tells whether the token works."""
        return self._transport.request("GET", "/oauth/whoami", Partner.parse)


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of a token on its way from one call to the next."""

    token_sid: str
    text: str = field(repr=False)

    @classmethod
    def parse(cls, in_clear: object) -> "_Text":
        fields = Fields(in_clear, "token")
        return cls(fields.required("token_sid"), fields.text("access_token") or "")


def _public(in_clear: object) -> dict[str, Any]:
    ours = Fields(in_clear, "token").payload.get("access_token") == HIDDEN
    fields = Fields(scrubbed(in_clear), "token")
    return {
        "token_sid": fields.required("token_sid"),
        "name": fields.text("name"),
        "partner_sid": fields.text("partner_sid"),
        "client_id": fields.text("client_id"),
        "scopes": fields.words("scopes"),
        "token_type": fields.text("token_type"),
        "date_created": fields.moment("date_created"),
        "date_expiration_access_token": fields.moment("date_expiration_access_token"),
        "date_expiration_refresh_token": fields.moment("date_expiration_refresh_token"),
        "date_last_accessed": fields.moment("date_last_accessed"),
        "ip_last_accessed": fields.text("ip_last_accessed"),
        "ours": ours,
        "payload": fields.payload,
    }


def _wishes(
    name: str, scopes: Iterable[str], expires_in: timedelta, refresh_expires_in: timedelta | None
) -> Form:
    wanted = [scopes] if isinstance(scopes, str) else list(scopes)
    if not wanted or not all(scope and scope.replace("_", "").replace(".", "").isalnum() for scope in wanted):
        raise ValueError("A token needs the scopes it may use, at least one.")
    if not name.strip():
        raise ValueError("A token needs a name, to be found again by.")
    return Form(
        name=name,
        scope=",".join(wanted),
        access_token_expires_in=_seconds(expires_in),
        refresh_token_expires_in=_seconds(refresh_expires_in or expires_in),
    )


def _seconds(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    if seconds < 1:
        raise ValueError("A token has to live for a while.")
    return str(seconds)


def _token(token_sid: str) -> str:
    return f"/oauth/tokens/{path_part(token_sid)}"


def _login(login_sid: str) -> str:
    return f"/oauth/logins/{path_part(login_sid)}"
