"""Tokens there are: listed, read, changed, revoked (Core API §2.6)."""

from datetime import UTC, datetime
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Form, Query, Router
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from sandbox import clock
from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.mirrors import mirrored
from sandbox.api.oauth import FORM, Client, world_of
from sandbox.api.objects import TOKEN
from sandbox.auth import Caller, Scopes
from sandbox.bodies import writable
from sandbox.errors import (
    ApiError,
    Problem,
    bad_request,
    forbidden,
    invalid,
    json_answer,
    not_found,
    unauthorized,
)
from sandbox.matching import match
from sandbox.models import Token
from sandbox.paging import FieldParams, RelatedFieldParams, RelatedListParams, one, ordered, page, page_schema
from sandbox.scopes import beyond
from sandbox.tree import family

router = Router(tags=["OAuth"])
_EVERY = "oauth.manage_all_tokens"
_MAY_READ = Scopes(_EVERY, "oauth.manage", "oauth.read")
_MAY_CHANGE = Scopes(_EVERY, "oauth.manage", "oauth.update")
_MAY_REVOKE = Scopes(_EVERY, "oauth.manage", body=FORM)
_MAX_SCOPES = 500
_FIRST_YEAR = 1970


def _listed(value: Any) -> Any:
    """The tables call scopes a string, the samples show an array."""
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    return value


class TokenChanges(BaseModel):
    """What may be set; read-only fields of a token may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    date_expiration_access_token: str = Field(default="", max_length=40, description="An ISO date.")
    date_expiration_refresh_token: str = Field(default="", max_length=40, description="An ISO date.")
    name: str | None = Field(default=None, max_length=200)
    scopes: Annotated[
        list[Annotated[str, StringConstraints(max_length=100)]],
        BeforeValidator(_listed, json_schema_input_type=str | list[str]),
    ] = Field(default=[], max_length=_MAX_SCOPES)


class Revocation(Client):
    token: str | None = Field(default=None, description="Default: the token this request comes with.")
    token_type: str | None = None


_SETTABLE = tuple(TokenChanges.model_fields)
_ONE = {200: TOKEN.schema(), **READ_ERRORS}
_CHANGED = {200: TOKEN.schema(), **WRITE_ERRORS}


@mirrored(
    router.get,
    "/oauth/tokens",
    operation_id="list_tokens",
    response={200: page_schema(TOKEN, counted=False), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[RelatedListParams]) -> HttpResponse:
    """The active tokens of the caller; with oauth.manage_all_tokens also those of its descendants."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = match(params.filter, TOKEN, admin=caller.is_admin)
    active = Q(date_expiration_access_token__gt=clock.now(caller.world))
    rows = ordered(_known(caller).filter(active, found.q), TOKEN, params.order, admin=caller.is_admin)
    return json_answer(page(request, rows, TOKEN, params, counted=False, admin=caller.is_admin))


@mirrored(router.get, "/oauth/tokens/{token_sid}", operation_id="get_token", response=_ONE, auth=_MAY_READ)
def get_one(request: HttpRequest, token_sid: str, params: Query[RelatedFieldParams]) -> HttpResponse:
    """One token that was not revoked, also an expired one."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return _told(caller, _known(caller).filter(token_sid=token_sid), params)


@mirrored(
    router.patch,
    "/oauth/tokens/{token_sid}",
    operation_id="patch_token",
    response=_CHANGED,
    auth=_MAY_CHANGE,
)
def patch_one(request: HttpRequest, token_sid: str, payload: TokenChanges) -> HttpResponse:
    """Change a token's name, expirations or scopes; other scopes need oauth.allow_token_scope_update."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    sent = writable(payload.model_dump(exclude_unset=True), TOKEN, _SETTABLE)
    rows = _known(caller).filter(token_sid=token_sid)
    with transaction.atomic():
        token = rows.select_for_update().first()
        if token is None:
            raise _missing()
        values = _checked(caller, token, sent)
        if values:
            rows.update(date_last_modified=clock.now(caller.world), **values)
    return _told(caller, rows, FieldParams())


@mirrored(
    router.put, "/oauth/tokens/{token_sid}", operation_id="put_token", response=_CHANGED, auth=_MAY_CHANGE
)
def put_one(request: HttpRequest, token_sid: str, payload: TokenChanges) -> HttpResponse:
    """The same as PATCH: a token has no nested objects."""
    return patch_one(request, token_sid, payload)


@mirrored(
    router.post,
    "/oauth/revoke",
    operation_id="revoke_token",
    response={204: None, **WRITE_ERRORS},
    auth=_MAY_REVOKE,
    body=FORM,
)
def revoke(request: HttpRequest, wishes: Form[Revocation]) -> HttpResponse:
    """Revoke the token named, by its access or refresh token; none named: the one in use."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if world_of(wishes).pk != caller.world.pk:
        raise unauthorized()
    rows = _known(caller).filter(_meant(caller, wishes))
    if not rows.update(revoked=clock.now(caller.world)):
        raise _missing()
    return HttpResponse(status=204)


def _meant(caller: Caller, wishes: Revocation) -> Q:
    if wishes.token:
        return Q(access_token=wishes.token) | Q(refresh_token=wishes.token)
    if caller.token is None:
        raise bad_request("token", "is required when the request comes without a token of its own")
    return Q(pk=caller.token.pk)


def _known(caller: Caller) -> QuerySet[Token]:
    """The unrevoked tokens the caller may see and change."""
    everyone = caller.is_admin or _EVERY in caller.scopes
    holders = family(caller.partner) if everyone else [caller.partner.partner_sid]
    rows = Token.objects.filter(partner_id__in=holders, revoked__isnull=True)
    return rows if caller.is_admin else rows.exclude(visibility="system")


def _told(caller: Caller, rows: QuerySet[Token], params: FieldParams) -> HttpResponse:
    try:
        return json_answer(one(rows, TOKEN, params, admin=caller.is_admin))
    except ApiError as error:
        raise _missing() if error.status == 404 else error from None


def _missing() -> ApiError:
    return not_found("cannot find token")


def _checked(caller: Caller, token: Token, sent: dict[str, Any]) -> dict[str, Any]:
    """The fields sent, by column; ApiError 403 or 422 for what cannot be."""
    values = dict(sent)
    for name in ("date_expiration_access_token", "date_expiration_refresh_token"):
        if name in values:
            values[name] = _moment(name, values[name])
    if "scopes" in values and values["scopes"] != token.scopes:
        _require_scopes(caller, token, values["scopes"])
    return values


def _require_scopes(caller: Caller, token: Token, scopes: list[str]) -> None:
    if "oauth.allow_token_scope_update" not in caller.scopes and not caller.may_administer("update"):
        raise forbidden("scopes", "changing scopes needs oauth.allow_token_scope_update")
    excess = beyond(scopes, token.partner.available_scopes)
    if excess:
        raise invalid(*(Problem("scopes", f"{name} is not available to the partner") for name in excess[:20]))


def _moment(name: str, text: str) -> datetime:
    """An ISO date; without an offset it is UTC. ApiError 400 for anything else."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise bad_request(name, "is not an ISO date") from None
    if moment.year < _FIRST_YEAR:
        raise bad_request(name, f"is before the year {_FIRST_YEAR}")
    return moment
