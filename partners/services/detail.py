"""One partner: what the mirror knows at once, what the Core API says behind it."""

from dataclasses import dataclass

from django.utils import timezone

from numbers.models import Number
from partners.models import Invitation, Partner, Token
from partners.services.family import own_account
from partners.services.partner_list import lineage
from partners.services.sub_account_state import SubAccountState, sub_account_state
from partners.services.sync import note_appeared
from portal.core_api.errors import CoreApiError, NotFound
from portal.models import AuditEntry, Concerned
from portal.sentences import sentence
from portal.upstream import core_api, number_api_configured


@dataclass(frozen=True)
class Detail:
    """A partner with what is counted about it; `above` are its parents, topmost first.

    `sub_account` says what is known of one it does not have (yet), see `SubAccountState`.
    `ours`: our own account, which can be neither moved nor deleted here. `two_protocols`: whether the
    Phone Number API is configured, so that sub-accounts mean something.
    """

    partner: Partner
    above: list[Partner]
    numbers: int
    children: int
    tokens: int
    ours: bool
    two_protocols: bool
    sub_account: SubAccountState
    trouble: str = ""
    gone: bool = False


def partner_detail(partner_sid: str, *, trouble: str = "", gone: bool = False) -> Detail:
    """From the mirror alone. Raises `Partner.DoesNotExist`."""
    partner = Partner.objects.get(pk=partner_sid)
    ourselves = own_account()
    return Detail(
        partner=partner,
        above=lineage(partner)[:-1],
        numbers=Number.objects.filter(partner_sid=partner_sid).count(),
        children=Partner.objects.filter(parent_sid=partner_sid).count(),
        tokens=Token.objects.filter(partner_sid=partner_sid).count(),
        ours=ourselves is not None and ourselves.pk == partner_sid,
        two_protocols=number_api_configured(),
        sub_account=sub_account_state(partner),
        trouble=trouble,
        gone=gone,
    )


def partner_refresh(partner_sid: str) -> Detail:
    """The same, after asking the Core API once; without an answer, what we have, with `trouble`.

    A partner the Core API does not know any more leaves the mirror and comes back marked `gone`.
    Raises `Partner.DoesNotExist` when we never had it.
    """
    Partner.objects.get(pk=partner_sid)
    as_of = timezone.now()
    try:
        Partner.upsert([core_api().partners.get(partner_sid)], as_of=as_of)
    except NotFound:
        detail = partner_detail(partner_sid, gone=True)
        Partner.forget([partner_sid], as_of=as_of)
        return detail
    except CoreApiError as error:
        return partner_detail(partner_sid, trouble=sentence(error))
    return partner_detail(partner_sid)


def partner_adopt(partner_sid: str) -> bool:
    """Take a partner into the mirror that upstream shows and we do not have yet; one call, no raise.

    Only one that stands below a partner of ours: upstream may let us see others, too.
    """
    as_of = timezone.now()
    try:
        partner = core_api().partners.get(partner_sid)
    except CoreApiError:
        return False
    if not Partner.objects.filter(pk=partner.parent_sid or "").exists():
        return False
    Partner.upsert([partner], as_of=as_of)
    note_appeared()
    return True


def invitation_of(partner_sid: str) -> Invitation | None:
    """Our own record of a partner that upstream does not show yet."""
    return Invitation.objects.filter(partner_sid=partner_sid, state=Invitation.State.INVITED).first()


def partner_history(partner_sid: str, limit: int = 100) -> list[AuditEntry]:
    """The newest entries about a partner, whoever wrote them: how it came into being, its tokens, the
    numbers that were handed to it and taken back. Two queries by index, however long the ledger is.
    """
    concerned = AuditEntry.objects.alias(partner=Concerned("params", "target")).filter(partner=partner_sid)
    made_by = Invitation.objects.filter(partner_sid=partner_sid).values("pk")
    found = [*concerned[:limit], *AuditEntry.objects.filter(pk__in=made_by)[:limit]]
    return sorted(found, key=lambda entry: (entry.created, entry.pk), reverse=True)[:limit]
