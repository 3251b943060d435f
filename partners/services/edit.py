"""Change what may be changed about a partner: only touched fields, and nobody's change is lost unseen."""

from django.contrib.auth.models import User
from django.utils import timezone

from partners.models import Partner
from portal import audit
from portal.core_api.errors import CoreApiError, NotFound
from portal.core_api.types import Partner as UpstreamPartner
from portal.editing import Edited, Values, edit
from portal.models import AuditEntry
from portal.upstream import core_api

# Core API §2.5, "updatable"; access rules, callbacks and transformations are not for this form.
FIELDS = (
    "company_name", "name", "owner_email", "tech_email", "billing_email", "phonenumber",
    "address1", "address2", "city", "state", "zip", "country_code", "daily_spending_limit", "parent_sid",
)  # fmt: skip


def values(partner: UpstreamPartner) -> Values:
    """The editable fields as the form shows them: text, empty for nothing."""
    shown = {name: getattr(partner, name) for name in FIELDS}
    limit = shown["daily_spending_limit"]
    return {name: value or "" for name, value in shown.items()} | {
        "daily_spending_limit": "" if limit is None else f"{limit.normalize():f}"
    }


def partner_edit(*, actor: User, ticket: str, partner_sid: str, wanted: Values, seen: Values) -> Edited:
    """Write the fields of `wanted` that differ from `seen`, the values the form was opened with.

    Two upstream calls, none when nothing changes. Raises `audit.BadTicket` and `Partner.DoesNotExist`.
    """
    partner = Partner.objects.get(pk=partner_sid)
    return edit(
        actor=actor,
        ticket=ticket,
        action="partner.edit",
        target=partner_sid,
        target_text=partner.name,
        params={},
        wanted=wanted,
        seen=seen,
        look=lambda: values(core_api().partners.get(partner_sid)),
        write=_write,
    )


def _write(entry: AuditEntry, changes: Values) -> AuditEntry:
    try:
        partner = core_api().partners.update(entry.target, **_wire(changes))
    except CoreApiError as error:
        return audit.close_from_error(entry, error)
    with audit.recording(entry):
        Partner.upsert([partner], as_of=timezone.now())
        audit.close(entry, "done", after=_only(changes, partner), upstream_status=200)
    return entry


def settle_edit(entry: AuditEntry) -> audit.Settled | None:
    """Read back what became of an edit whose answer never came; None while nobody can know.

    Raises `CoreApiError`.
    """
    as_of = timezone.now()
    try:
        partner = core_api().partners.get(entry.target)
    except NotFound:
        return audit.gone(entry, "The partner")
    Partner.upsert([partner], as_of=as_of)
    changes = entry.params["changes"]
    if audit.edit_happened(entry, _only(changes, partner)):
        return audit.Settled("done", after=changes)
    if audit.grace_over(entry):
        return audit.Settled("failed", message="The partner was not changed by this edit.")
    return None


def _only(changes: Values, partner: UpstreamPartner) -> Values:
    now = values(partner)
    return {name: now[name] for name in changes}


def _wire(changes: Values) -> Values:
    return {name: value or None for name, value in changes.items()}
