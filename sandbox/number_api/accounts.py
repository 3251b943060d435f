"""Accounts: the partner at the top of a tree is an MA_, everyone below it is one of its SA_ accounts.

The protocol knows two levels only, so sub-partners of sub-partners are sub-accounts of the same MA_.
"""

import secrets
from collections.abc import Iterable

from django.db import transaction

from sandbox.models import AccountKey, Partner, SubAccount
from sandbox.tree import family

# Not shown, and nobody can sign in: a partner before its e-mail is verified, and after it was deleted.
HIDDEN = ("unverified", "deleted", "canceled")


def master_of(partner: Partner) -> Partner:
    """The account that pays and that owns the parent pool: the top of the partner's tree."""
    while partner.parent_id is not None:
        partner = Partner.objects.get(partner_sid=partner.parent_id)
    return partner


def new_key(partner: Partner) -> AccountKey:
    """Fresh credentials, not saved: an id in the form of the documents and a long random token."""
    kind = "MA" if partner.parent_id is None else "SA"
    return AccountKey(
        partner=partner,
        auth_id=f"{kind}_{secrets.token_hex(5).upper()}",
        auth_token=secrets.token_urlsafe(30),
    )


def account_ids(sids: Iterable[str]) -> dict[str, str]:
    """The account id of each of these partners; an administrator's keys are not what accounts are called."""
    keys = AccountKey.objects.filter(partner_id__in=set(sids), is_admin=False).order_by("-pk")
    return dict(keys.values_list("partner_id", "auth_id"))


def ensure_accounts(master: Partner) -> None:
    """Give those below `master` who came into being through the other protocol what accounts have."""
    below = [sid for sid in family(master) if sid != master.partner_sid]
    known = set(SubAccount.objects.filter(partner_id__in=below).values_list("partner_id", flat=True))
    if all(sid in known for sid in below):
        return
    with transaction.atomic():
        Partner.objects.select_for_update(no_key=True).get(pk=master.pk)
        keyed = set(AccountKey.objects.filter(partner_id__in=below).values_list("partner_id", flat=True))
        partners = Partner.objects.filter(partner_sid__in=[sid for sid in below if sid not in known])
        AccountKey.objects.bulk_create(new_key(each) for each in partners if each.partner_sid not in keyed)
        SubAccount.objects.bulk_create(
            (
                SubAccount(partner=each, modified=each.date_created)
                for each in partners.order_by("date_created", "pk")
            ),
            ignore_conflicts=True,
        )


def sub_partner(master: Partner, auth_id: str, *, lock: bool = False) -> Partner | None:
    """The partner behind one of `master`'s SA_ ids; None when there is none or it was deleted.

    `lock`: it cannot be deleted before the transaction ends.
    """
    if "\x00" in auth_id:
        return None
    keys = AccountKey.objects.filter(auth_id=auth_id, partner__world_id=master.world_id)
    sid = keys.values_list("partner_id", flat=True).first()
    if sid is None or sid == master.partner_sid or sid not in family(master):
        return None
    rows = Partner.objects.filter(partner_sid=sid).exclude(status__in=HIDDEN)
    return (rows.select_for_update(no_key=True) if lock else rows).first()
