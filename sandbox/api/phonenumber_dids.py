"""Rented numbers: rent, list, read, change, release (Core API §2.1)."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BaseModel, ConfigDict, Field

from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.mirrors import mirrored
from sandbox.api.objects import DID
from sandbox.auth import Caller, Scopes
from sandbox.bodies import merged, require_url, without_nulls, writable
from sandbox.errors import Problem, invalid, json_answer, not_found
from sandbox.leaving import AS_NEW
from sandbox.matching import match
from sandbox.models import Did, DidGroup, TrunkGroup
from sandbox.paging import FieldParams, RelatedFieldParams, RelatedListParams, one, ordered, page, page_schema
from sandbox.pool import release, rent
from sandbox.transformations import require_transformations
from sandbox.tree import family, held_by_family

router = Router(tags=["Phone numbers"])

_LONGEST = 200
_MAX_ATTRIBUTES = 100

# The documents print the partners scopes for reading; the phonenumber ones are surely meant too.
_MAY_READ = Scopes("phonenumber.manage", "phonenumber.read", "partners.manage", "partners.read")
_MAY_RENT = Scopes("phonenumber.manage", "phonenumber.create")
_MAY_CHANGE = Scopes("phonenumber.manage", "phonenumber.update")
_MAY_RELEASE = Scopes("phonenumber.manage", "phonenumber.delete")


class DidChanges(BaseModel):
    """What a holder may set; read-only fields of a number may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    attributes: dict[str, Any] = {}
    callback_url: str | None = Field(default=None, max_length=500)
    classification_sid: str | None = Field(default=None, max_length=36, description="Administrators only.")
    did_group_sid: str | None = Field(default=None, max_length=36)
    name: str = Field(default="N/A", max_length=_LONGEST)
    string_key_1: str | None = Field(default=None, max_length=_LONGEST)
    string_key_2: str | None = Field(default=None, max_length=_LONGEST)
    transformations: list[Any] = Field(default=[], max_length=100)
    trunk_group_sid: str | None = Field(default=None, max_length=36)


class DidOrder(DidChanges):
    """A rent; with no phonenumber the first that matches the filter is taken."""

    phonenumber: str | None = Field(default=None, pattern=r"^\+?[0-9]{3,15}$")


class RentParams(Schema):
    filter: str = Field("", description="Which number to take when the body names none.")
    include_external: bool = Field(default=False, description="Order from an external provider if need be.")


class UpdateParams(Schema):
    nested_objects: str = Field("", description='"replace": nested objects are replaced, not merged.')


class DidListParams(RelatedListParams):
    trunk_group_sid: str = Field("", description="Only the numbers of this trunk group.")


_ONE = {200: DID.schema(), **READ_ERRORS}
_CHANGED = {200: DID.schema(), **WRITE_ERRORS}
_MIRROR = "/admin/dids/{did_sid}"


@router.post("/phonenumber/dids", operation_id="rent_did", response=_CHANGED, auth=_MAY_RENT)
def rent_one(request: HttpRequest, payload: DidOrder, params: Query[RentParams]) -> HttpResponse:
    """Rent a number: the one named, or the first that matches the filter."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    did = order(caller, payload, filter_text=params.filter, external=params.include_external)
    return json_answer(one(Did.objects.filter(pk=did.pk), DID, FieldParams(), admin=caller.is_admin))


@router.get(
    "/phonenumber/dids",
    operation_id="list_dids",
    response={200: page_schema(DID), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[DidListParams]) -> HttpResponse:
    """The numbers the caller and its descendants hold."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = match(params.filter, DID, admin=caller.is_admin)
    rows = Did.objects.filter(held_by_family(caller.partner), found.q)
    if params.trunk_group_sid:
        rows = rows.filter(trunk_group_id=params.trunk_group_sid)
    rows = ordered(rows, DID, params.order, admin=caller.is_admin)
    return json_answer(page(request, rows, DID, params, admin=caller.is_admin))


@mirrored(
    router.get,
    "/phonenumber/dids/{did_sid}",
    operation_id="get_did",
    admin_path=_MIRROR,
    response=_ONE,
    auth=_MAY_READ,
)
def get_one(request: HttpRequest, did_sid: str, params: Query[RelatedFieldParams]) -> HttpResponse:
    """One number the caller or a descendant holds."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return json_answer(one(held(caller, did_sid=did_sid), DID, params, admin=caller.is_admin))


@mirrored(
    router.patch,
    "/phonenumber/dids/{did_sid}",
    operation_id="patch_did",
    admin_path=_MIRROR,
    response=_CHANGED,
    auth=_MAY_CHANGE,
)
def patch_one(
    request: HttpRequest, did_sid: str, payload: DidChanges, params: Query[UpdateParams]
) -> HttpResponse:
    """Change what the body names; `attributes` merge unless nested_objects=replace."""
    return _update(request, did_sid, payload, replace=params.nested_objects == "replace")


@mirrored(
    router.put,
    "/phonenumber/dids/{did_sid}",
    operation_id="put_did",
    admin_path=_MIRROR,
    response=_CHANGED,
    auth=_MAY_CHANGE,
)
def put_one(request: HttpRequest, did_sid: str, payload: DidChanges) -> HttpResponse:
    """Change what the body names; nested objects are taken as sent."""
    return _update(request, did_sid, payload, replace=True)


@router.delete(
    "/phonenumber/dids/{did_sid}",
    operation_id="release_did",
    response={204: None, **READ_ERRORS},
    auth=_MAY_RELEASE,
)
def release_one(request: HttpRequest, did_sid: str) -> HttpResponse:
    """Release a number: it ages, and only then can be rented again."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    release(caller, _first(held(caller, did_sid=did_sid)))
    return HttpResponse(status=204)


def order(caller: Caller, payload: DidOrder, *, filter_text: str = "", external: bool = False) -> Did:
    """Rent what the body describes for the caller; raises ApiError."""
    sent = writable(
        payload.model_dump(exclude_unset=True), DID, ("phonenumber", *_administered(caller, "create"))
    )
    phonenumber = sent.pop("phonenumber", None)
    if "attributes" in sent:
        sent["attributes"] = without_nulls(sent["attributes"])
    return rent(
        caller,
        phonenumber=phonenumber and phonenumber.lstrip("+"),
        filter_text=filter_text,
        external=external,
        values={**AS_NEW, **_checked(caller, sent)},
    )


def change(caller: Caller, rows: QuerySet[Did], payload: DidChanges, *, replace: bool) -> None:
    """Change the only one of `rows` as the body says; raises ApiError."""
    sent = writable(payload.model_dump(exclude_unset=True), DID, _administered(caller, "update"))
    with transaction.atomic():
        did = _first(rows.select_for_update(of=("self",)))
        if "attributes" in sent:
            sent["attributes"] = merged({} if replace else did.attributes, sent["attributes"])
        values = _checked(caller, sent)
        if values:
            Did.objects.filter(pk=did.pk).update(**values)


def held(caller: Caller, **which: Any) -> QuerySet[Did]:
    """The numbers of the caller and its descendants."""
    return Did.objects.filter(held_by_family(caller.partner), **which)


def _first(rows: QuerySet[Did]) -> Did:
    did = rows.first()
    if did is None:
        raise not_found()
    return did


def _administered(caller: Caller, verb: str) -> tuple[str, ...]:
    """What only administrators may set."""
    return ("classification_sid",) if caller.may_administer(verb) else ()


def _update(request: HttpRequest, did_sid: str, payload: DidChanges, *, replace: bool) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    rows = held(caller, did_sid=did_sid)
    change(caller, rows, payload, replace=replace)
    return json_answer(one(rows, DID, FieldParams(), admin=caller.is_admin))


def _checked(caller: Caller, sent: dict[str, Any]) -> dict[str, Any]:
    """The fields sent, by column; ApiError 422 for what cannot be."""
    require_url("callback_url", sent.get("callback_url"))
    require_transformations(sent.get("transformations", []))
    if len(sent.get("attributes", {})) > _MAX_ATTRIBUTES:
        raise invalid(Problem("attributes", f"has more than {_MAX_ATTRIBUTES} keys"))
    for field, model in (("trunk_group_sid", TrunkGroup), ("did_group_sid", DidGroup)):
        if sent.get(field) is not None:
            _require_existing(caller, field, model, sent[field])
    fields = DID.by_name()
    return {fields[name].source: value for name, value in sent.items()}


def _require_existing(caller: Caller, field: str, model: type[TrunkGroup | DidGroup], sid: str) -> None:
    if not model.objects.filter(**{field: sid}, partner_id__in=family(caller.partner)).exists():
        raise invalid(Problem(field, "there is no such object", sid))
