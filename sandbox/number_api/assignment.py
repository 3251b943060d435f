"""Giving numbers of the parent pool to sub-accounts, and taking them back (Phone Number API §3.5).

A number with a call within the last 15 days stays where it is: taking it back is refused until the
cool-off ends, unless an administrator's key forces it, which is put on record.
"""

import math
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BaseModel, ConfigDict, Field

from sandbox import clock
from sandbox.dates import iso
from sandbox.errors import json_answer
from sandbox.models import Did, DidAssignmentAudit, Partner, Rental, StatusChange
from sandbox.number_api.accounts import account_ids, sub_partner
from sandbox.number_api.auth import Account, Keys
from sandbox.number_api.documents import WITH_COOL_OFF, answers
from sandbox.number_api.errors import Refused, conflict, forbidden, not_found
from sandbox.number_api.objects import Closed
from sandbox.number_api.paging import PageParams, cut, told
from sandbox.number_api.paths import digits
from sandbox.tree import held_by_family

router = Router(tags=["Sub-account assignment"], auth=Keys())

COOL_OFF = timedelta(days=15)
_MISSING = "number or sub-account not found"


class Assignment(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    sub_account_id: str = Field(max_length=100, description="SA_…")


class ForceParams(Schema):
    force: bool = Field(default=False, description="Ignore the cool-off; administrators' keys only.")


class AuditItem(Closed):
    """A forced move, as it was put on record."""

    id: str
    number_id: str
    e164: str
    action: str
    from_account_id: str
    to_account_id: str
    performed_by: str
    acting_user: str | None
    request_id: str | None
    last_call_at: str | None
    cool_off_until: str | None
    created_at: str


class AuditPage(BaseModel):
    items: list[AuditItem]
    page: int
    per_page: int
    total: int


_PATH = "/account/{auth_id}/numbers/{e164}/assign-subaccount"


@router.post(_PATH, operation_id="assign_subaccount", response=answers({204: None}))
def assign(request: HttpRequest, auth_id: str, e164: str, payload: Assignment) -> HttpResponse:
    """Give a number of the parent pool to a sub-account; nothing happens when it has it already."""
    account: Account = request.auth  # type: ignore[attr-defined]
    require_master(account)
    with transaction.atomic():
        holder = sub_partner(account.partner, payload.sub_account_id, lock=True)
        if holder is None:
            raise not_found(_MISSING)
        did = _locked(account, digits(e164))
        if did.partner_id != holder.partner_sid:
            _give(account, did, holder)
    return HttpResponse(status=204)


def _give(account: Account, did: Did, holder: Partner) -> None:
    if did.partner_id != account.partner.partner_sid:
        raise conflict("number is assigned to another sub-account")
    rows = Did.objects.filter(pk=did.pk, partner=account.partner)
    if not move_holder(rows, holder, account.partner, clock.now(account.world)):
        raise conflict("number is not active")


@router.delete(_PATH, operation_id="unassign_subaccount", response=answers({204: None}, WITH_COOL_OFF))
def unassign(request: HttpRequest, auth_id: str, e164: str, params: Query[ForceParams]) -> HttpResponse:
    """Take a number back into the parent pool; nothing happens when it is there already."""
    account: Account = request.auth  # type: ignore[attr-defined]
    require_master(account)
    if params.force and not account.is_admin:
        raise forbidden("force is for administrators only")
    moment = clock.now(account.world)
    with transaction.atomic():
        did = _locked(account, digits(e164))
        if did.partner_id != account.partner.partner_sid:
            until = cool_off_end(did, moment)
            if until and not params.force:
                raise cooling(until, moment)
            rows = Did.objects.filter(pk=did.pk, partner_id=did.partner_id, last_call_at=did.last_call_at)
            if not move_holder(rows, account.partner, account.partner, moment):
                raise conflict("number is not active")
            if params.force:
                _put_on_record(request, account, did, until, moment)
    return HttpResponse(status=204)


def _locked(account: Account, number: str) -> Did:
    """A number of the account or of a sub-account, unchangeable by others until the transaction ends."""
    rows = Did.objects.filter(held_by_family(account.partner), world=account.world, phonenumber=number)
    did = rows.select_for_update(no_key=True).first()
    if did is None:
        raise not_found(_MISSING)
    return did


def move_holder(rows: QuerySet[Did], holder: Partner, payer: Partner, moment: datetime) -> int:
    """Give those of `rows` that are assigned to `holder`, while `payer` pays for them; how many there were.

    Nothing else about a number changes: the documents let it move, and say of no field that it is lost.
    """
    sids = list(rows.filter(status="assigned").values_list("did_sid", flat=True))
    moved = rows.filter(status="assigned").update(partner_id=holder.partner_sid, date_status_changed=moment)
    if moved:
        Rental.objects.filter(did_id__in=sids).update(payer=payer)
        StatusChange.objects.bulk_create(
            StatusChange(did_id=sid, status="assigned", partner_sid=holder.partner_sid, date_changed=moment)
            for sid in sids
        )
    return moved


def cool_off_end(did: Did, moment: datetime) -> datetime | None:
    """When the number may be taken back; None when it may be already."""
    if did.last_call_at is None or did.last_call_at + COOL_OFF <= moment:
        return None
    return did.last_call_at + COOL_OFF


def cooling(until: datetime, moment: datetime) -> Refused:
    """The documented 409; asking again changes nothing and gets the same answer, some seconds less."""
    return Refused(
        409,
        {
            "error": "did_cool_off_in_effect",
            "cool_off_until": iso(until),
            "cool_off_remaining_seconds": math.ceil((until - moment).total_seconds()),
        },
    )


def require_master(account: Account) -> None:
    if not account.is_master:
        raise forbidden("only the master account can do this")


def _put_on_record(
    request: HttpRequest, account: Account, did: Did, until: datetime | None, moment: datetime
) -> None:
    sid = did.partner_id or ""
    DidAssignmentAudit.objects.create(
        world=account.world,
        did_sid=did.did_sid,
        phonenumber=did.phonenumber,
        from_partner_sid=sid,
        from_account_id=account_ids([sid]).get(sid, ""),
        to_partner_sid=account.partner.partner_sid,
        to_account_id=account.account_id,
        forced_by=account.auth_id,
        acting_user=request.headers.get("X-Acting-User", "")[:200],
        request_id=request.headers.get("X-Request-ID", "")[:200],
        last_call_at=did.last_call_at,
        cool_off_until=until,
        created=moment,
    )


@router.get(
    "/account/{auth_id}/numbers/{e164}/assignment-audit",
    operation_id="list_assignment_audit_of_number",
    response=answers({200: AuditPage}),
)
def audit_of_number(request: HttpRequest, auth_id: str, e164: str, params: Query[PageParams]) -> HttpResponse:
    """The forced moves of one number, newest first, whoever holds it now."""
    account: Account = request.auth  # type: ignore[attr-defined]
    return json_answer(_audit(_audits(account).filter(phonenumber=digits(e164)), params))


@router.get(
    "/account/{auth_id}/assignment-audit",
    operation_id="list_assignment_audit",
    response=answers({200: AuditPage}),
)
def audit(request: HttpRequest, auth_id: str, params: Query[PageParams]) -> HttpResponse:
    """All forced moves of the account's numbers, newest first."""
    account: Account = request.auth  # type: ignore[attr-defined]
    return json_answer(_audit(_audits(account), params))


def _audits(account: Account) -> QuerySet[DidAssignmentAudit]:
    """A master account reads all that went back to its pool, a sub-account what was taken from it."""
    sid = account.partner.partner_sid
    mine = {"to_partner_sid": sid} if account.is_master else {"from_partner_sid": sid}
    return DidAssignmentAudit.objects.filter(world=account.world, **mine)


def _audit(rows: QuerySet[DidAssignmentAudit], params: PageParams) -> dict[str, Any]:
    page, size = params.window()
    found, total = cut(rows.order_by("-created", "-pk"), page, size)
    return told([_audit_item(each) for each in found], page, size, total)


def _audit_item(each: DidAssignmentAudit) -> dict[str, Any]:
    return AuditItem(
        id=each.audit_sid,
        number_id=each.did_sid,
        e164=f"+{each.phonenumber}",
        action="force_unassign",
        from_account_id=each.from_account_id,
        to_account_id=each.to_account_id,
        performed_by=each.forced_by,
        acting_user=each.acting_user or None,
        request_id=each.request_id or None,
        last_call_at=iso(each.last_call_at),
        cool_off_until=iso(each.cool_off_until),
        created_at=iso(each.created),
    ).told()
