"""Where a number rings: a trunk group, an application (Phone Number API §3.2)."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from sandbox.errors import json_answer
from sandbox.models import Did, TrunkGroup
from sandbox.number_api.auth import Account, Keys
from sandbox.number_api.documents import answers
from sandbox.number_api.errors import Coded, Refused, refused
from sandbox.number_api.paths import digits
from sandbox.tree import family

router = Router(tags=["Routing"], auth=Keys())

_TRUNK = "/account/{auth_id}/numbers/{e164}/assign"
_APPLICATION = "/account/{auth_id}/numbers/{e164}/application"


class Trunk(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    trunk_group_id: str = Field(max_length=36)


class Application(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    application_id: str = Field(min_length=1, max_length=100)


class Linked(BaseModel):
    message: str
    number: str
    application_id: str


@router.post(_TRUNK, operation_id="assign_trunk", response=answers({204: None}))
def assign_trunk(request: HttpRequest, auth_id: str, e164: str, payload: Trunk) -> HttpResponse:
    """Let a number of the account ring at one of its trunk groups."""
    account: Account = request.auth  # type: ignore[attr-defined]
    rows = _active(account, e164)
    known = TrunkGroup.objects.filter(
        trunk_group_sid=payload.trunk_group_id, partner_id__in=family(account.partner)
    )
    if not known.exists():
        raise Coded(404, "TRUNK_NOT_FOUND", "There is no such trunk group.")
    if not rows.filter(trunk_group__isnull=True).update(trunk_group_id=payload.trunk_group_id):
        raise refused(400, "invalid request", "This number is already assigned to a trunk.")
    return HttpResponse(status=204)


@router.delete(_TRUNK, operation_id="unassign_trunk", response=answers({204: None}))
def unassign_trunk(request: HttpRequest, auth_id: str, e164: str) -> HttpResponse:
    """Let a number of the account ring nowhere."""
    account: Account = request.auth  # type: ignore[attr-defined]
    if not _active(account, e164).filter(trunk_group__isnull=False).update(trunk_group_id=None):
        raise refused(400, "invalid request", "This number is not assigned to a trunk.")
    return HttpResponse(status=204)


@router.post(_APPLICATION, operation_id="link_application", response=answers({200: Linked}))
def link_application(request: HttpRequest, auth_id: str, e164: str, payload: Application) -> HttpResponse:
    """Let an application answer the number; it takes the place of another one."""
    account: Account = request.auth  # type: ignore[attr-defined]
    _active(account, e164).update(application_id=payload.application_id)
    return _linked("number linked to application", e164, payload.application_id)


@router.delete(_APPLICATION, operation_id="unlink_application", response=answers({200: Linked}))
def unlink_application(request: HttpRequest, auth_id: str, e164: str) -> HttpResponse:
    """Let no application answer the number; tells which one did. A body is not needed."""
    account: Account = request.auth  # type: ignore[attr-defined]
    rows = _active(account, e164)
    linked = rows.values_list("application_id", flat=True).first()
    rows.update(application_id=None)
    return _linked("number unlinked from application", e164, linked or "")


def _linked(message: str, e164: str, application_id: str) -> HttpResponse:
    return json_answer({"message": message, "number": f"+{digits(e164)}", "application_id": application_id})


def _active(account: Account, e164: str) -> QuerySet[Did]:
    """A number the account itself holds, as a query that can change it; 404 when it holds no such one."""
    rows = Did.objects.filter(
        world=account.world, phonenumber=digits(e164), partner=account.partner, status="assigned"
    )
    if not rows.exists():
        raise Refused(
            404, {"error": "Number not found", "message": "The account holds no such active number."}
        )
    return rows
