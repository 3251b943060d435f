"""Numbers of other carriers, registered for messaging (Core API §2.2)."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from sandbox import enablement
from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.phonenumber_dids import UpdateParams
from sandbox.api.spellings import spelled_twice
from sandbox.auth import Caller, Scopes
from sandbox.bodies import require_url, writable
from sandbox.errors import json_answer
from sandbox.matching import match
from sandbox.models import ExternalDid
from sandbox.paging import FieldParams, RelatedFieldParams, RelatedListParams, one, ordered, page, page_schema
from sandbox.registration import register
from sandbox.shapes import Field as Attribute, Shape
from sandbox.tree import held_by_family
from sandbox.writing import as_new, columns, first, require_few_keys, require_unchanged, update

router = Router(tags=["External DIDs"])

EXTERNAL_DID = Shape(
    "ExternalDid",
    (
        Attribute("active_capabilities", "int"),
        Attribute("attributes", "object", write=True),
        Attribute("callback_url", null=True, write=True),
        Attribute("campaign_sid", null=True),
        Attribute("capabilities", "int"),
        Attribute("classification_sid", null=True),
        Attribute("country_code", null=True),
        Attribute("external_did_sid"),
        Attribute("id", "int", admin=True),
        Attribute("in_country_format", null=True),
        Attribute("international_format", null=True),
        Attribute("lata", null=True),
        Attribute("locality", null=True),
        Attribute("lrn_sid", null=True),
        Attribute("name", write=True),
        Attribute("ocn", null=True),
        Attribute("ocn_block", null=True),
        Attribute("partner_sid", column="partner_id"),
        Attribute("phonenumber"),
        Attribute("provider_sid", null=True, admin=True),
        Attribute("state", null=True),
        Attribute("status"),
        Attribute("string_key_1", null=True, write=True),
        Attribute("string_key_2", null=True, write=True),
        Attribute("underlying_carrier_sid"),
    ),
    order=("phonenumber",),
    unique="phonenumber",
)
_FIXED = ("phonenumber", "capabilities", "underlying_carrier_sid")
_LONGEST = 200


class ExternalDidChanges(BaseModel):
    """What can be set at any time; read-only fields may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    attributes: dict[str, Any] = {}
    callback_url: str | None = Field(default=None, max_length=500)
    name: str = Field(default="", min_length=1, max_length=_LONGEST)
    string_key_1: str | None = Field(default=None, max_length=_LONGEST)
    string_key_2: str | None = Field(default=None, max_length=_LONGEST)


class NewExternalDid(ExternalDidChanges):
    """A registration; what is required stays as it is for good."""

    phonenumber: str = Field(pattern=r"^[0-9]{3,15}$")
    capabilities: int = Field(ge=0, le=31, description="1 SMS in, 2 SMS out, 8 MMS in, 16 MMS out.")
    underlying_carrier_sid: str | None = Field(default=None, max_length=36)


_MAY_READ = Scopes("phonenumber.manage", "phonenumber.read")
_MAY_CREATE = Scopes("phonenumber.manage", "phonenumber.create")
_MAY_CHANGE = Scopes("phonenumber.manage", "phonenumber.update")
_MAY_DELETE = Scopes("phonenumber.manage", "phonenumber.delete")
_ALL, _ONE = "/phonenumber/external_dids", "/phonenumber/external_dids/{external_did_sid}"
_CHANGED = {200: EXTERNAL_DID.schema(), **WRITE_ERRORS}


@spelled_twice(router.post, _ALL, operation_id="register_external_did", response=_CHANGED, auth=_MAY_CREATE)
def register_one(request: HttpRequest, payload: NewExternalDid) -> HttpResponse:
    """Register a number; unless messaging is switched off, messages can be sent from it at once."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    sent = writable(payload.model_dump(exclude_unset=True), EXTERNAL_DID, extra=_FIXED)
    phonenumber, capabilities = sent.pop("phonenumber"), sent.pop("capabilities")
    _check(sent)
    did = register(caller, phonenumber, capabilities, columns(EXTERNAL_DID, as_new(EXTERNAL_DID, sent)))
    return _told(request, _held(request, did.external_did_sid), FieldParams())


@spelled_twice(
    router.get,
    _ALL,
    operation_id="list_external_dids",
    response={200: page_schema(EXTERNAL_DID), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[RelatedListParams]) -> HttpResponse:
    """The external numbers of the caller and its descendants."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = match(params.filter, EXTERNAL_DID, admin=caller.is_admin)
    rows = ExternalDid.objects.filter(held_by_family(caller.partner), found.q)
    rows = ordered(rows, EXTERNAL_DID, params.order, admin=caller.is_admin)
    return json_answer(page(request, rows, EXTERNAL_DID, params, admin=caller.is_admin))


@spelled_twice(
    router.get,
    _ONE,
    operation_id="get_external_did",
    response={200: EXTERNAL_DID.schema(), **READ_ERRORS},
    auth=_MAY_READ,
)
def get_one(request: HttpRequest, external_did_sid: str, params: Query[RelatedFieldParams]) -> HttpResponse:
    """One external number of the caller or a descendant."""
    return _told(request, _held(request, external_did_sid), params)


@spelled_twice(router.patch, _ONE, operation_id="patch_external_did", response=_CHANGED, auth=_MAY_CHANGE)
def patch_one(
    request: HttpRequest, external_did_sid: str, payload: ExternalDidChanges, params: Query[UpdateParams]
) -> HttpResponse:
    """Change what the body names; `attributes` merge unless nested_objects=replace."""
    return _update(request, external_did_sid, payload, replace=params.nested_objects == "replace")


@spelled_twice(router.put, _ONE, operation_id="put_external_did", response=_CHANGED, auth=_MAY_CHANGE)
def put_one(request: HttpRequest, external_did_sid: str, payload: ExternalDidChanges) -> HttpResponse:
    """Change what the body names; nested objects are taken as sent."""
    return _update(request, external_did_sid, payload, replace=True)


@spelled_twice(
    router.delete,
    _ONE,
    operation_id="delete_external_did",
    response={204: None, **READ_ERRORS},
    auth=_MAY_DELETE,
)
def delete_one(request: HttpRequest, external_did_sid: str) -> HttpResponse:
    """Forget the number, and messaging on it; it may be registered again."""
    with transaction.atomic():
        did = first(_held(request, external_did_sid).select_for_update(of=("self",)))
        enablement.forget(did.external_did_sid)
        did.delete()
    return HttpResponse(status=204)


def _held(request: HttpRequest, sid: str) -> QuerySet[ExternalDid]:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return ExternalDid.objects.filter(held_by_family(caller.partner), external_did_sid=sid)


def _told(request: HttpRequest, rows: QuerySet, params: FieldParams) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return json_answer(one(rows, EXTERNAL_DID, params, admin=caller.is_admin))


def _update(request: HttpRequest, sid: str, payload: ExternalDidChanges, *, replace: bool) -> HttpResponse:
    sent = payload.model_dump(exclude_unset=True)

    def check(did: ExternalDid, wanted: dict[str, Any]) -> dict[str, Any]:
        require_unchanged(did, EXTERNAL_DID, sent, *_FIXED)
        return _check(wanted)

    rows = _held(request, sid)
    update(rows, EXTERNAL_DID, writable(sent, EXTERNAL_DID), replace=replace, check=check)
    return _told(request, rows, FieldParams())


def _check(wanted: dict[str, Any]) -> dict[str, Any]:
    require_url("callback_url", wanted.get("callback_url"))
    require_few_keys("attributes", wanted.get("attributes", {}))
    return wanted
