"""Make a sub-partner. Until its e-mail is verified upstream does not show it, so we keep our own record."""

from dataclasses import asdict, dataclass, field
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from partners.models import Invitation, Partner
from portal import audit
from portal.core_api.errors import CoreApiError
from portal.core_api.filters import F
from portal.core_api.types import Partner as UpstreamPartner
from portal.models import AuditEntry
from portal.upstream import core_api

TARGET = "new"  # what the form's ticket is for: the partner has no SID yet
ASKED_UPSTREAM_FOR = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class NewPartner:
    """What the form asked for, already checked. The password goes upstream and nowhere else."""

    company_name: str
    name: str
    login: str
    password: str = field(repr=False)
    parent_sid: str
    country_code: str
    payment_type: str
    owner_email: str
    tech_email: str = ""
    billing_email: str = ""
    phonenumber: str = ""
    address1: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    sub_account: bool = False

    def wire(self) -> dict[str, str]:
        """The body of the POST: what was filled in."""
        given = asdict(self)
        del given["sub_account"]
        return {name: value for name, value in given.items() if value}

    def recorded(self) -> dict[str, str]:
        """What may be kept: everything but the password."""
        return {name: value for name, value in self.wire().items() if name != "password"}


@dataclass(frozen=True)
class Created:
    """`fields` says which field upstream refused, and why, when it did."""

    entry: AuditEntry
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def partner_sid(self) -> str:
        return (self.entry.after or {}).get("partner_sid", "")


def partner_create(*, actor: User, ticket: str, wanted: NewPartner) -> Created:
    """Make the sub-partner `wanted`: one upstream call. Raises `audit.BadTicket`.

    Its sub-account comes later by itself, see `partners.services.sub_accounts`.
    """
    with transaction.atomic():
        opened = audit.open_entry(
            ticket=ticket,
            actor=actor,
            action="partner.create",
            target=TARGET,
            target_text=wanted.company_name,
            params={"wanted": wanted.recorded(), "sub_account": wanted.sub_account},
        )
        if opened.fresh:
            _record(opened.entry, wanted, actor)
    if not opened.fresh:
        return Created(opened.entry)
    try:
        partner = core_api().partners.create(**wanted.wire())
    except CoreApiError as error:
        return _not_made(opened.entry, error)
    return Created(_made(opened.entry, partner))


def _record(entry: AuditEntry, wanted: NewPartner, actor: User) -> None:
    Invitation.objects.create(
        id=entry.id,
        parent_sid=wanted.parent_sid,
        name=wanted.company_name,
        login=wanted.login,
        details=wanted.recorded(),
        sub_account_wanted=wanted.sub_account,
        invited_by=actor,
        invited_by_text=entry.actor_text,
    )


def _not_made(entry: AuditEntry, error: CoreApiError) -> Created:
    with transaction.atomic():
        entry = audit.close_from_error(entry, error)
        if entry.outcome in ("rejected", "failed"):
            Invitation.objects.filter(pk=entry.pk).delete()
    return Created(entry, dict(error.fields) if entry.outcome == "rejected" else {})


def _made(entry: AuditEntry, partner: UpstreamPartner) -> AuditEntry:
    """Put down that it was made. Should our database fail now, it is found when it appears upstream."""
    with audit.recording(entry):
        Invitation.objects.filter(pk=entry.pk).update(
            partner_sid=partner.partner_sid, state=Invitation.State.INVITED
        )
        audit.close(entry, "done", after=partner.payload, upstream_status=200)
    return entry


def settle_create(entry: AuditEntry) -> audit.Settled | None:
    """Read back what became of it; None while nobody can know. Raises `CoreApiError`.

    A partner whose e-mail is not verified is not shown (Core API §2.5), so "not there" proves nothing:
    we look in our mirror until it appears, and give up after thirty days and a last look upstream.
    """
    login = entry.params["wanted"]["login"]
    found = Partner.objects.filter(login=login).first() or _shown_upstream(entry, login)
    if found:
        Invitation.objects.filter(pk=entry.pk).update(
            partner_sid=found.pk, state=Invitation.State.APPEARED, appeared=timezone.now()
        )
        return audit.Settled("done", after=found.payload)
    if timezone.now() > entry.created + GIVEN_UP_AFTER:
        Invitation.objects.filter(pk=entry.pk).delete()
        return audit.Settled("failed", message="The partner has not appeared for thirty days.")
    return None


def _shown_upstream(entry: AuditEntry, login: str) -> Partner | None:
    age = timezone.now() - entry.created
    if ASKED_UPSTREAM_FOR < age <= GIVEN_UP_AFTER:
        return None  # the regular copy of all partners will bring it
    as_of = timezone.now()
    page = core_api().partners.list(F("login") == login, limit=1)
    if not page.items:
        return None
    Partner.upsert(page.items, as_of=as_of)
    return Partner.objects.get(pk=page.items[0].partner_sid)
