"""Prefixes (Core API §2.4), and what LRN prefixes, the same object in another collection, share with them."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.phonenumber_dids import UpdateParams
from sandbox.auth import Caller, Scopes
from sandbox.bodies import require_url, writable
from sandbox.errors import conflict, json_answer
from sandbox.matching import match
from sandbox.models import LrnPrefix, Prefix, TrunkGroup
from sandbox.paging import FieldParams, RelatedFieldParams, RelatedListParams, one, ordered, page, page_schema
from sandbox.shapes import Field as Attribute, Shape
from sandbox.transformations import require_transformations
from sandbox.tree import held_by_family
from sandbox.writing import (
    as_new,
    columns,
    first,
    require_existing,
    require_few_keys,
    require_unchanged,
    update,
)

router = Router(tags=["Prefixes"])
_LONGEST = 200
MAY_READ = Scopes("phonenumber.manage", "phonenumber.read")
MAY_CREATE = Scopes("phonenumber.manage", "phonenumber.create")
MAY_CHANGE = Scopes("phonenumber.manage", "phonenumber.update")
MAY_DELETE = Scopes("phonenumber.manage", "phonenumber.delete")


def _shape(name: str, sid: str) -> Shape:
    fields = (
        Attribute("attributes", "object", write=True),
        Attribute("callback_url", null=True, write=True),
        Attribute("lrn_sid", null=True, write=True),
        Attribute("name", write=True),
        Attribute("partner_sid", column="partner_id"),
        Attribute("prefix"),
        Attribute(sid),
        Attribute("source_trunk_group_sid", null=True),
        Attribute("string_key_1", null=True, write=True),
        Attribute("string_key_2", null=True, write=True),
        Attribute("transformations", "array", write=True),
        Attribute("trunk_group_sid", column="trunk_group_id", null=True, write=True),
    )
    return Shape(name, fields, order=("prefix",), unique="prefix")


@dataclass(frozen=True)
class Kind:
    """One of the two collections."""

    model: type[Prefix] | type[LrnPrefix]
    sid: str  # the name of its sid
    shape: Shape


PREFIXES = Kind(Prefix, "prefix_sid", _shape("Prefix", "prefix_sid"))
LRN_PREFIXES = Kind(LrnPrefix, "lrn_prefix_sid", _shape("LrnPrefix", "lrn_prefix_sid"))


class PrefixChanges(BaseModel):
    """What can be set at any time; read-only fields may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    attributes: dict[str, Any] = {}
    callback_url: str | None = Field(default=None, max_length=500)
    lrn_sid: str | None = Field(default=None, max_length=36)
    name: str = Field(default="N/A", max_length=_LONGEST)
    string_key_1: str | None = Field(default=None, max_length=_LONGEST)
    string_key_2: str | None = Field(default=None, max_length=_LONGEST)
    transformations: list[Any] = Field(default=[], max_length=100)
    trunk_group_sid: str | None = Field(default=None, max_length=36)


class NewPrefix(PrefixChanges):
    """`prefix` stays as it is for good."""

    prefix: str = Field(pattern=r"^[0-9]{1,15}$")


def held(caller: Caller, kind: Kind, sid: str = "") -> QuerySet:
    """The prefixes of the caller and its descendants; only the one named, when one is."""
    rows = kind.model.objects.filter(held_by_family(caller.partner))
    return rows.filter(**{kind.sid: sid}) if sid else rows


def _held(request: HttpRequest, kind: Kind, sid: str = "") -> QuerySet:
    return held(request.auth, kind, sid)  # type: ignore[attr-defined]


def create(request: HttpRequest, kind: Kind, payload: NewPrefix) -> HttpResponse:
    prefix = add(request.auth, kind, payload)  # type: ignore[attr-defined]
    return show(request, kind, getattr(prefix, kind.sid), FieldParams())


def add(caller: Caller, kind: Kind, payload: NewPrefix) -> Prefix | LrnPrefix:
    """ApiError 409 when anybody has this prefix in this collection."""
    sent = writable(payload.model_dump(exclude_unset=True), kind.shape, extra=("prefix",))
    values = columns(kind.shape, _checked(caller, as_new(kind.shape, sent)))
    try:
        with transaction.atomic():
            return kind.model.objects.create(world=caller.world, partner=caller.partner, **values)
    except IntegrityError:
        raise conflict("prefix", "this prefix is in use already") from None


def show_all(request: HttpRequest, kind: Kind, params: RelatedListParams) -> HttpResponse:
    rows = _held(request, kind).filter(match(params.filter, kind.shape).q)
    return json_answer(page(request, ordered(rows, kind.shape, params.order), kind.shape, params))


def show(request: HttpRequest, kind: Kind, sid: str, params: FieldParams) -> HttpResponse:
    return json_answer(one(_held(request, kind, sid), kind.shape, params))


def change(
    request: HttpRequest, kind: Kind, sid: str, payload: PrefixChanges, *, replace: bool
) -> HttpResponse:
    alter(request.auth, kind, _held(request, kind, sid), payload, replace=replace)  # type: ignore[attr-defined]
    return show(request, kind, sid, FieldParams())


def alter(caller: Caller, kind: Kind, rows: QuerySet, payload: PrefixChanges, *, replace: bool) -> None:
    """Change the only one of `rows` as the body says; raises ApiError."""
    sent = payload.model_dump(exclude_unset=True)

    def check(prefix: Prefix | LrnPrefix, wanted: dict[str, Any]) -> dict[str, Any]:
        require_unchanged(prefix, kind.shape, sent, "prefix")
        return _checked(caller, wanted)

    update(rows, kind.shape, writable(sent, kind.shape), replace=replace, check=check)


def remove(request: HttpRequest, kind: Kind, sid: str) -> HttpResponse:
    first(_held(request, kind, sid)).delete()
    return HttpResponse(status=204)


def _checked(caller: Caller, wanted: dict[str, Any]) -> dict[str, Any]:
    require_url("callback_url", wanted.get("callback_url"))
    require_transformations(wanted.get("transformations", []))
    require_few_keys("attributes", wanted.get("attributes", {}))
    require_existing(caller, "trunk_group_sid", TrunkGroup, wanted.get("trunk_group_sid"))
    return wanted


_CHANGED = {200: PREFIXES.shape.schema(), **WRITE_ERRORS}
_ALL, _ONE = "/phonenumber/prefixes", "/phonenumber/prefixes/{prefix_sid}"


@router.post(_ALL, operation_id="create_prefix", response=_CHANGED, auth=MAY_CREATE)
def create_one(request: HttpRequest, payload: NewPrefix) -> HttpResponse:
    """A new prefix of the caller; one prefix has one holder."""
    return create(request, PREFIXES, payload)


@router.get(
    _ALL,
    operation_id="list_prefixes",
    response={200: page_schema(PREFIXES.shape), **READ_ERRORS},
    auth=MAY_READ,
)
def list_all(request: HttpRequest, params: Query[RelatedListParams]) -> HttpResponse:
    """The prefixes of the caller and its descendants."""
    return show_all(request, PREFIXES, params)


@router.get(
    _ONE, operation_id="get_prefix", response={200: PREFIXES.shape.schema(), **READ_ERRORS}, auth=MAY_READ
)
def get_one(request: HttpRequest, prefix_sid: str, params: Query[RelatedFieldParams]) -> HttpResponse:
    """One prefix of the caller or a descendant."""
    return show(request, PREFIXES, prefix_sid, params)


@router.patch(_ONE, operation_id="patch_prefix", response=_CHANGED, auth=MAY_CHANGE)
def patch_one(
    request: HttpRequest, prefix_sid: str, payload: PrefixChanges, params: Query[UpdateParams]
) -> HttpResponse:
    """Change what the body names; `attributes` merge unless nested_objects=replace."""
    return change(request, PREFIXES, prefix_sid, payload, replace=params.nested_objects == "replace")


@router.put(_ONE, operation_id="put_prefix", response=_CHANGED, auth=MAY_CHANGE)
def put_one(request: HttpRequest, prefix_sid: str, payload: PrefixChanges) -> HttpResponse:
    """Change what the body names; nested objects are taken as sent."""
    return change(request, PREFIXES, prefix_sid, payload, replace=True)


@router.delete(_ONE, operation_id="delete_prefix", response={204: None, **READ_ERRORS}, auth=MAY_DELETE)
def delete_one(request: HttpRequest, prefix_sid: str) -> HttpResponse:
    """Give the prefix up."""
    return remove(request, PREFIXES, prefix_sid)
