"""Say by hand which sub-account (SA_…) a partner is, where their names do not tell, or tell wrongly.

The link is our own knowledge: nothing is written upstream but a sub-account that is asked for anew.
"""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from partners.models import Partner
from partners.services.family import own_account
from partners.services.sub_accounts import sub_account_make, sub_account_set
from portal import audit
from portal.core_api.pool_sub_accounts import SubAccount
from portal.models import AuditEntry
from portal.upstream import number_api


class CannotLink(Exception):
    """Refused here; `str(error)` says why. Nothing was changed."""


@dataclass(frozen=True)
class Choices:
    """`free` are the sub-accounts that no other partner is linked to, those of the same name first."""

    partner: Partner
    free: list[SubAccount]


def link_choices(partner_sid: str) -> Choices:
    """Ask the Phone Number API which sub-accounts this partner could be (Phone Number API §3.6).

    Raises `CannotLink` for our own account, `Partner.DoesNotExist`, `portal.upstream.NotConfigured` and
    `CoreApiError`.
    """
    partner = Partner.objects.get(pk=partner_sid)
    ourselves = own_account()
    if ourselves is None or ourselves.pk == partner_sid:
        raise CannotLink("This is your own account: the parent pool, not a sub-account.")
    others = set(Partner.objects.exclude(pk=partner_sid).values_list("sub_account_id", flat=True))
    free = [each for each in number_api().sub_accounts.iterate() if each.auth_id not in others]
    free.sort(key=lambda account: (not _named_like(account, partner), (account.name or "").casefold()))
    return Choices(partner, free)


def partner_link(*, actor: User, ticket: str, partner_sid: str, sub_account_id: str) -> AuditEntry:
    """Link a partner to the sub-account `sub_account_id` (SA_…), or to none with "".

    From then on names do not decide any more. Numbers stay where they are upstream. Raises `CannotLink`
    and `audit.BadTicket`, and what `link_choices` raises.
    """
    if used := audit.used_entry(ticket=ticket, actor=actor, action="sub_account.link", target=partner_sid):
        return used
    choices = link_choices(partner_sid)
    account = next((each for each in choices.free if each.auth_id == sub_account_id), None)
    if sub_account_id and account is None:
        raise CannotLink("This sub-account is gone, or another partner is linked to it. Pick another one.")
    with transaction.atomic():
        # The row's lock keeps a second link of the same partner waiting.
        partner = Partner.objects.select_for_update().get(pk=partner_sid)
        opened = audit.open_entry(
            ticket=ticket,
            actor=actor,
            action="sub_account.link",
            target=partner_sid,
            target_text=partner.name,
            params={"sub_account": sub_account_id},
            before={"sub_account": partner.sub_account_id},
        )
        if not opened.fresh:
            return opened.entry
        _set(partner_sid, account)
        return audit.close(opened.entry, "done", after={"sub_account": sub_account_id})


def _set(partner_sid: str, account: SubAccount | None) -> None:
    try:
        with transaction.atomic():
            sub_account_set(partner_sid, account, linked_by_hand=True)
    except IntegrityError as error:
        raise CannotLink("Another partner was linked to it just now. Pick another one.") from error


def partner_make_sub_account(*, actor: User, ticket: str, partner_sid: str) -> AuditEntry:
    """Make a new sub-account for a partner that has none, named after it, and link the two.

    Raises `CannotLink`, `audit.BadTicket`, and what `link_choices` raises.
    """
    action = "sub_account.create"
    if used := audit.used_entry(ticket=ticket, actor=actor, action=action, target=partner_sid):
        return used
    partner = link_choices(partner_sid).partner
    if partner.sub_account_id:
        raise CannotLink(f"{partner.name} has a sub-account already.")
    if AuditEntry.objects.filter(action=action, target=partner_sid, outcome__in=audit.UNSETTLED).exists():
        raise CannotLink("A sub-account is being made for it right now. Look again in a minute.")
    return sub_account_make(actor=actor, ticket=ticket, partner=partner)


def _named_like(account: SubAccount, partner: Partner) -> bool:
    return (account.name or "").casefold() == partner.name.casefold()
