"""Short codes (Core API §2.4): set up by support, so there is no POST and no DELETE."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.phonenumber_dids import UpdateParams
from sandbox.auth import Caller, Scopes
from sandbox.bodies import require_url, writable
from sandbox.errors import json_answer
from sandbox.matching import match
from sandbox.models import DidGroup, ShortCode
from sandbox.paging import FieldParams, RelatedFieldParams, RelatedListParams, one, ordered, page, page_schema
from sandbox.shapes import Field as Attribute, Shape
from sandbox.tree import held_by_family
from sandbox.writing import require_existing, require_few_keys, update

router = Router(tags=["Short codes"])
_LONGEST = 200
_MAY_READ = Scopes("phonenumber.manage", "phonenumber.read")
_MAY_CHANGE = Scopes("phonenumber.manage", "phonenumber.update")

SHORT_CODE = Shape(
    "ShortCode",
    (
        Attribute("attributes", "object", write=True),
        Attribute("callback_url", null=True, write=True),
        Attribute("country_code"),
        Attribute("did_group_sid", column="did_group_id", null=True, write=True),
        Attribute("locality", null=True),
        Attribute("lrn_sid", null=True),
        Attribute("name", write=True),
        Attribute("partner_sid", column="partner_id"),
        Attribute("short_code"),
        Attribute("short_code_sid"),
        Attribute("state", null=True),
        Attribute("string_key_1", null=True, write=True),
        Attribute("string_key_2", null=True, write=True),
    ),
    order=("short_code", "pk"),
    unique="short_code_sid",
)
_CHANGED = {200: SHORT_CODE.schema(), **WRITE_ERRORS}
_ONE = "/phonenumber/short_codes/{short_code_sid}"


class ShortCodeChanges(BaseModel):
    """What can be set; read-only fields may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    attributes: dict[str, Any] = {}
    callback_url: str | None = Field(default=None, max_length=500)
    did_group_sid: str | None = Field(default=None, max_length=36)
    name: str = Field(default="N/A", max_length=_LONGEST)
    string_key_1: str | None = Field(default=None, max_length=_LONGEST)
    string_key_2: str | None = Field(default=None, max_length=_LONGEST)


@router.get(
    "/phonenumber/short_codes",
    operation_id="list_short_codes",
    response={200: page_schema(SHORT_CODE), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[RelatedListParams]) -> HttpResponse:
    """The short codes of the caller and its descendants."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    rows = ShortCode.objects.filter(held_by_family(caller.partner), match(params.filter, SHORT_CODE).q)
    return json_answer(page(request, ordered(rows, SHORT_CODE, params.order), SHORT_CODE, params))


@router.get(
    _ONE, operation_id="get_short_code", response={200: SHORT_CODE.schema(), **READ_ERRORS}, auth=_MAY_READ
)
def get_one(request: HttpRequest, short_code_sid: str, params: Query[RelatedFieldParams]) -> HttpResponse:
    """One short code of the caller or a descendant."""
    return json_answer(one(_held(request, short_code_sid), SHORT_CODE, params))


@router.patch(_ONE, operation_id="patch_short_code", response=_CHANGED, auth=_MAY_CHANGE)
def patch_one(
    request: HttpRequest, short_code_sid: str, payload: ShortCodeChanges, params: Query[UpdateParams]
) -> HttpResponse:
    """Change what the body names; `attributes` merge unless nested_objects=replace."""
    return _update(request, short_code_sid, payload, replace=params.nested_objects == "replace")


@router.put(_ONE, operation_id="put_short_code", response=_CHANGED, auth=_MAY_CHANGE)
def put_one(request: HttpRequest, short_code_sid: str, payload: ShortCodeChanges) -> HttpResponse:
    """Change what the body names; nested objects are taken as sent."""
    return _update(request, short_code_sid, payload, replace=True)


def _held(request: HttpRequest, sid: str) -> QuerySet[ShortCode]:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return ShortCode.objects.filter(held_by_family(caller.partner), short_code_sid=sid)


def _update(request: HttpRequest, sid: str, payload: ShortCodeChanges, *, replace: bool) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]

    def check(_code: ShortCode, wanted: dict[str, Any]) -> dict[str, Any]:
        require_url("callback_url", wanted.get("callback_url"))
        require_few_keys("attributes", wanted.get("attributes", {}))
        require_existing(caller, "did_group_sid", DidGroup, wanted.get("did_group_sid"))
        return wanted

    rows = _held(request, sid)
    sent = writable(payload.model_dump(exclude_unset=True), SHORT_CODE)
    update(rows, SHORT_CODE, sent, replace=replace, check=check)
    return json_answer(one(rows, SHORT_CODE, FieldParams()))
