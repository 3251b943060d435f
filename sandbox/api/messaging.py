"""Messaging on rented and on external numbers (Core API §2.1.6, §2.2)."""

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from sandbox import messaging
from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.phonenumber_dids import held
from sandbox.api.spellings import spelled_twice
from sandbox.auth import Caller, Scopes
from sandbox.bodies import writable
from sandbox.errors import Problem, invalid, json_answer
from sandbox.events import messaging_object
from sandbox.models import ExternalDid
from sandbox.shapes import Field as Attribute, Shape
from sandbox.tree import held_by_family
from sandbox.writing import first

router = Router(tags=["Messaging"])
_MAY_READ = Scopes("phonenumber.manage", "phonenumber.read")
_MAY_CHANGE = Scopes("phonenumber.manage", "phonenumber.create")

MESSAGING = Shape(
    "Messaging",
    (
        Attribute("campaign_external_id", null=True),
        Attribute("campaign_sid", null=True, write=True),
        Attribute("did_sid", column="number_sid"),
        Attribute("enabled", "bool", write=True),
        Attribute("p2p_nnid", null=True, write=True),
        Attribute("status"),
        Attribute("type", write=True),
    ),
    order=("pk",),
    unique="number_sid",
)


def _flag(value: Any) -> Any:
    """The documents' own sample sends a text."""
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


Flag = Annotated[
    bool,
    BeforeValidator(_flag),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "string", "enum": ["true", "false"]}]}),
]


class MessagingChange(BaseModel):
    """Read-only fields may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    enabled: Flag = False
    type: Literal["a2p", "p2p"] | None = None
    campaign_sid: str | None = Field(default=None, max_length=36)
    p2p_nnid: str | None = Field(default=None, max_length=36)


class ForceParams(Schema):
    force: bool = Field(
        default=False, description="Change type, campaign_sid or p2p_nnid while messaging stays enabled."
    )


_SHOWN = {"response": {200: MESSAGING.schema(), **READ_ERRORS}, "auth": _MAY_READ}
_CHANGED = {"response": {200: MESSAGING.schema(), **WRITE_ERRORS}, "auth": _MAY_CHANGE}


@router.get("/phonenumber/dids/{did_sid}/messaging", operation_id="get_did_messaging", **_SHOWN)
def show(request: HttpRequest, did_sid: str) -> HttpResponse:
    """Whether messages work on a rented number."""
    return _shown(request, _rented(request, did_sid))


@router.post("/phonenumber/dids/{did_sid}/messaging", operation_id="change_did_messaging", **_CHANGED)
def change(
    request: HttpRequest, did_sid: str, payload: MessagingChange, params: Query[ForceParams]
) -> HttpResponse:
    """Switch messaging on or off; it is `in_progress` until that is done, and costs a fee each month."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if ExternalDid.objects.filter(held_by_family(caller.partner), external_did_sid=did_sid).exists():
        raise invalid(Problem("did_sid", "is an external DID: use external_dids in the path", did_sid))
    return _changed(request, _rented(request, did_sid), payload, force=params.force)


_EXTERNAL = "/phonenumber/external_dids/{external_did_sid}/messaging"


@spelled_twice(router.get, _EXTERNAL, operation_id="get_external_did_messaging", **_SHOWN)
def show_external(request: HttpRequest, external_did_sid: str) -> HttpResponse:
    """Whether messages work on an external number."""
    return _shown(request, _registered(request, external_did_sid))


@spelled_twice(router.post, _EXTERNAL, operation_id="change_external_did_messaging", **_CHANGED)
def change_external(
    request: HttpRequest, external_did_sid: str, payload: MessagingChange, params: Query[ForceParams]
) -> HttpResponse:
    """The same as for rented numbers."""
    return _changed(request, _registered(request, external_did_sid), payload, force=params.force)


def _rented(request: HttpRequest, did_sid: str) -> QuerySet:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return held(caller, did_sid=did_sid)


def _registered(request: HttpRequest, sid: str) -> QuerySet:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return ExternalDid.objects.filter(held_by_family(caller.partner), external_did_sid=sid)


def _shown(request: HttpRequest, numbers: QuerySet) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return json_answer(messaging_object(messaging.state(caller, first(numbers))))


def _changed(
    request: HttpRequest, numbers: QuerySet, payload: MessagingChange, *, force: bool
) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    writable(payload.model_dump(exclude_unset=True), MESSAGING)
    wishes = messaging.Wishes(
        payload.enabled, payload.type, payload.campaign_sid or None, payload.p2p_nnid or None, force
    )
    return json_answer(messaging_object(messaging.switch(caller, numbers, wishes)))
