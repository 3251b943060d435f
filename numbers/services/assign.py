"""Hand a number from the parent pool to a sub-account (Phone Number API §3.5)."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from numbers.models import Number
from numbers.services.holding import held_now_by, moved_to, under_way
from partners.models import Partner
from partners.services.family import own_account
from portal import audit, e164
from portal.core_api.errors import CoreApiError
from portal.models import AuditEntry
from portal.upstream import number_api


class CannotAssign(Exception):
    """Refused here, before upstream was asked; `str(error)` says why. Nothing was changed."""


def number_assign(*, actor: User, ticket: str, phonenumber: str, partner_sid: str) -> AuditEntry:
    """Give `phonenumber` (E.164 digits) to the sub-account of `partner_sid`.

    Raises `CannotAssign`, `portal.upstream.NotConfigured`, `audit.BadTicket` and `Number.DoesNotExist`.
    """
    with transaction.atomic():
        number = Number.objects.select_for_update().get(phonenumber=phonenumber)
        if used := audit.used_entry(ticket=ticket, actor=actor, action="number.assign", target=phonenumber):
            return used
        partner, api = _check(number, partner_sid), number_api()
        sub_account = partner.sub_account_id
        entry = audit.open_entry(
            ticket=ticket,
            actor=actor,
            action="number.assign",
            target=phonenumber,
            target_text=e164.display(phonenumber),
            params={"partner_sid": partner_sid, "partner": partner.name, "sub_account": sub_account},
            before={"partner_sid": number.partner_sid},
        ).entry
    try:
        api.assign(phonenumber, sub_account)
    except CoreApiError as error:
        return audit.close_from_error(entry, error)
    return moved_to(entry, number, partner_sid)


def assignable_partners() -> QuerySet[Partner]:
    """The partners a number can be handed to now, by name."""
    return Partner.objects.filter(sub_account_enabled=True, status="active").exclude(sub_account_id="")


def settle_assign(entry: AuditEntry) -> audit.Settled | None:
    """Read back who holds the number; None while nobody can know. Raises `CoreApiError`."""
    return held_now_by(entry, entry.params["partner_sid"])


def check_free(number: Number) -> None:
    """Raises `CannotAssign` unless `number` lies in the parent pool, ready to be handed out."""
    if why := under_way(number.phonenumber):
        raise CannotAssign(why)
    ourselves = own_account()
    if ourselves is None or number.partner_sid != ourselves.pk:
        raise CannotAssign("This number is not in the parent pool. Unassign it from its holder first.")
    if number.status != "assigned":
        raise CannotAssign("Only a rented number can be assigned; this one is not there yet, or no more.")


def _check(number: Number, partner_sid: str) -> Partner:
    """Refuse what upstream would refuse, with words a person can act on."""
    check_free(number)
    partner = Partner.objects.filter(pk=partner_sid).first()
    if partner is None or partner.pk == number.partner_sid:
        raise CannotAssign("There is no such sub-partner. Pick one of the list.")
    if not partner.sub_account_id:
        raise CannotAssign(f"{partner.name} has no sub-account, so it cannot hold numbers.")
    if not partner.sub_account_enabled or partner.status != "active":
        raise CannotAssign(f"{partner.name} is disabled. Enable it first, or pick another one.")
    return partner
