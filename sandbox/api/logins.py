"""Further logins of a partner (Core API §2.6)."""

from typing import Annotated, Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field as Described, StringConstraints

from sandbox import clock
from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.mirrors import mirrored
from sandbox.auth import Caller, Scopes
from sandbox.bodies import writable
from sandbox.errors import Problem, conflict, invalid, json_answer, not_found
from sandbox.matching import match
from sandbox.models import Login, Partner, Token
from sandbox.paging import FieldParams, ListParams, one, ordered, page, page_schema
from sandbox.partners import lock, require_free
from sandbox.scopes import beyond
from sandbox.shapes import Field, Shape
from sandbox.tree import family

router = Router(tags=["OAuth"])
_MAY_CREATE = Scopes("oauth.manage", "oauth.create")
_MAY_READ = Scopes("oauth.manage", "oauth.read")
_MAY_CHANGE = Scopes("oauth.manage", "oauth.update")
_MAY_DELETE = Scopes("oauth.manage", "oauth.delete")

LOGIN = Shape(
    "Login",
    (
        Field("login"),
        Field("login_sid"),
        Field("partner_sid", column="partner_id"),
        Field("token_scopes", "array"),
        Field("use_on_root_login", "bool", admin=True),
    ),
    order=("login",),
    unique="login_sid",
)

Password = Annotated[str, StringConstraints(min_length=6, max_length=100)]


class LoginChanges(BaseModel):
    """Only the password can be changed; other fields of a login may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    password: Password = ""
    use_on_root_login: bool = Described(default=False, description="Administrators only.")


class LoginOrder(LoginChanges):
    """A new login; its name is the partner's, an underscore, and a name of its own."""

    login: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9@+._-]{2,200}$")]
    password: Password
    token_scopes: list[Annotated[str, StringConstraints(max_length=100)]] = Described(max_length=500)


_ONE = {200: LOGIN.schema(), **READ_ERRORS}
_CHANGED = {200: LOGIN.schema(), **WRITE_ERRORS}


@mirrored(router.post, "/oauth/logins", operation_id="create_login", response=_CHANGED, auth=_MAY_CREATE)
def create_one(request: HttpRequest, payload: LoginOrder) -> HttpResponse:
    """A further login of the caller's own partner."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    sent = _settable(caller, payload, "create", ("login", "password", "token_scopes"))
    _require_name(caller.partner, sent["login"])
    _require_scopes(caller.partner, sent["token_scopes"])
    sent["password"] = make_password(sent["password"])
    with transaction.atomic():
        lock(caller.world)
        require_free(caller.world, sent["login"])
        _require_only_root(caller.partner, sent)
        made = Login.objects.create(world=caller.world, partner=caller.partner, **sent)
    return _told(caller, Login.objects.filter(pk=made.pk))


@mirrored(
    router.get,
    "/oauth/logins",
    operation_id="list_logins",
    response={200: page_schema(LOGIN), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[ListParams]) -> HttpResponse:
    """The further logins of the caller and its descendants."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = match(params.filter, LOGIN, admin=caller.is_admin)
    rows = ordered(_known(caller).filter(found.q), LOGIN, params.order, admin=caller.is_admin)
    return json_answer(page(request, rows, LOGIN, params, admin=caller.is_admin))


@mirrored(router.get, "/oauth/logins/{login_sid}", operation_id="get_login", response=_ONE, auth=_MAY_READ)
def get_one(request: HttpRequest, login_sid: str, params: Query[FieldParams]) -> HttpResponse:
    """One further login of the caller or a descendant."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return _told(caller, _known(caller).filter(login_sid=login_sid), params)


@mirrored(
    router.patch,
    "/oauth/logins/{login_sid}",
    operation_id="patch_login",
    response=_CHANGED,
    auth=_MAY_CHANGE,
)
def patch_one(request: HttpRequest, login_sid: str, payload: LoginChanges) -> HttpResponse:
    """Give the login another password."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    sent = _settable(caller, payload, "update", ("password",))
    rows = _known(caller).filter(login_sid=login_sid)
    with transaction.atomic():
        lock(caller.world)
        found = _first(rows)
        if sent.get("password"):
            sent["password"] = make_password(sent["password"])
        _require_only_root(found.partner, sent, found)
        if sent:
            rows.update(**sent)
    return _told(caller, rows)


@mirrored(
    router.put, "/oauth/logins/{login_sid}", operation_id="put_login", response=_CHANGED, auth=_MAY_CHANGE
)
def put_one(request: HttpRequest, login_sid: str, payload: LoginChanges) -> HttpResponse:
    """The same as PATCH: nothing else of a login can be changed."""
    return patch_one(request, login_sid, payload)


@mirrored(
    router.delete,
    "/oauth/logins/{login_sid}",
    operation_id="delete_login",
    response={204: None, **READ_ERRORS},
    auth=_MAY_DELETE,
)
def delete_one(request: HttpRequest, login_sid: str) -> HttpResponse:
    """Delete a login; tokens it was given are revoked with it."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    with transaction.atomic():
        found = _first(_known(caller).filter(login_sid=login_sid).select_for_update())
        Token.objects.filter(
            partner_id=found.partner_id, partner_login=found.login, revoked__isnull=True
        ).update(revoked=clock.now(caller.world))
        found.delete()
    return HttpResponse(status=204)


def _known(caller: Caller) -> QuerySet[Login]:
    return Login.objects.filter(partner_id__in=family(caller.partner))


def _first(rows: QuerySet[Login]) -> Login:
    found = rows.select_related("partner").first()
    if found is None:
        raise not_found()
    return found


def _told(caller: Caller, rows: QuerySet[Login], params: FieldParams | None = None) -> HttpResponse:
    return json_answer(one(rows, LOGIN, params or FieldParams(), admin=caller.is_admin))


def _settable(caller: Caller, payload: LoginChanges, verb: str, names: tuple[str, ...]) -> dict[str, Any]:
    """What was sent and may be set now."""
    sent = payload.model_dump(exclude_unset=True)
    known = writable(sent, LOGIN, ("login", "password", "token_scopes"))
    settable = {name: value for name, value in known.items() if name in names}
    if "use_on_root_login" in sent and caller.may_administer(verb):
        settable["use_on_root_login"] = sent["use_on_root_login"]
    return settable


def _require_name(partner: Partner, login: str) -> None:
    if not login.startswith(f"{partner.login}_") or len(login) == len(partner.login) + 1:
        raise invalid(Problem("login", f"begins with {partner.login}_ and goes on with a name"))


def _require_scopes(partner: Partner, scopes: list[str]) -> None:
    excess = beyond(scopes, partner.available_scopes)
    if excess:
        problems = (
            Problem("token_scopes", f"{name} is not available to the partner") for name in excess[:20]
        )
        raise invalid(*problems)


def _require_only_root(partner: Partner, sent: dict[str, Any], but: Login | None = None) -> None:
    """Only one login of a partner may stand in for the partner's own."""
    others = Login.objects.filter(partner=partner, use_on_root_login=True)
    if sent.get("use_on_root_login") and others.exclude(pk=but and but.pk).exists():
        raise conflict("use_on_root_login", "another login of the partner has it set")
