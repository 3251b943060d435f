"""The same sub-partner in both protocols: which sub-account (SA_…) belongs to which partner.

Where one service speaks both protocols, as the sandbox does, a partner made through the Core API has a
sub-account from the start, hidden like itself until it is verified. Where they are two services, it has
none. So a partner is always made through the Core API, and its sub-account is looked for first, once the
partner has appeared; only when a complete pass shows none is one made, once, under one ledger entry.
Neither protocol names the other's ids; partners and sub-accounts of the same, unambiguous name belong
together, and a link once made stays. `partners.services.link` is for the rest.
"""

import logging
from collections import defaultdict
from uuid import UUID, uuid5

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from partners.models import Invitation, Partner
from portal import audit
from portal.core_api.errors import CoreApiError
from portal.core_api.pool_sub_accounts import SubAccount
from portal.models import AuditEntry
from portal.upstream import number_api, number_api_configured

logger = logging.getLogger(__name__)


def sync_sub_accounts() -> int:
    """Link partners to their sub-accounts, and make those that invitations asked for.

    Returns how many are linked; 0 where the Phone Number API is not configured. Raises `CoreApiError`.
    """
    if not number_api_configured():
        return 0
    before = list(Partner.objects.exclude(parent_sid="").only("name", "payload", *_LINK))
    listing = number_api().sub_accounts.iterate()
    accounts = {account.auth_id: account for account in listing}
    if listing.complete:
        _link(before, accounts)
        _make_wanted({_plain(account.name or "") for account in accounts.values()})
    return Partner.objects.exclude(sub_account_id="").count()


_LINK = ("sub_account_id", "sub_account_enabled", "linked_by_hand")


def _link(before: list[Partner], accounts: dict[str, SubAccount]) -> None:
    """Bring the links, as they were `before` the look, in step with `accounts`, all that it saw.

    One whose sub-account is gone is kept, as not enabled, until names find another: nobody loses a
    link unseen.
    """
    found = _by_name(before, accounts)
    for partner in before:
        sid = found.get(partner.pk, partner.sub_account_id)
        enabled = sid in accounts and accounts[sid].enabled is not False
        if (partner.sub_account_id, partner.sub_account_enabled) != (sid, enabled):
            _change(partner, sub_account_id=sid, sub_account_enabled=enabled)


def _by_name(partners: list[Partner], accounts: dict[str, SubAccount]) -> dict[str, str]:
    """Partner -> the free sub-account of its name, for those without one, unless a hand decided that."""
    taken = {partner.sub_account_id for partner in partners}
    free = _unambiguous((account.name or "", sid) for sid, account in accounts.items() if sid not in taken)
    unlinked = [p for p in partners if p.sub_account_id not in accounts and not p.linked_by_hand]
    waiting = _unambiguous((name, p.pk) for p in unlinked for name in _names(p))
    return {waiting[name]: free[name] for name in waiting.keys() & free.keys()}


def _change(seen: Partner, **link: str | bool) -> None:
    """One conditional update: a link that was set since `seen` was read knows better, and stays."""
    same = Partner.objects.filter(pk=seen.pk, **{name: getattr(seen, name) for name in _LINK})
    try:
        with transaction.atomic():
            same.update(**link)
    except IntegrityError:
        # Another partner was linked to it meanwhile; the next look knows that.
        logger.info("a sub-account was taken meanwhile", extra={"fields": {"partner": seen.pk}})


def _names(partner: Partner) -> set[str]:
    """What a sub-account may be called after: the company, or the account's own name."""
    return {partner.name, partner.payload.get("name") or ""}


def _unambiguous(named) -> dict[str, str]:
    """By name, whatever its case, those whose name nobody else has."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, key in named:
        found[_plain(name)].append(key)
    return {name: keys[0] for name, keys in found.items() if name and len(keys) == 1}


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


# --- making those that were asked for ------------------------------------------------------------


def _make_wanted(taken: set[str]) -> None:
    """Make those whose name is not `taken`; of the others a person has to say which account is theirs."""
    appeared = Invitation.objects.filter(state=Invitation.State.APPEARED, sub_account_wanted=True)
    for invitation in appeared.select_related("invited_by")[:20]:
        partner = Partner.objects.filter(pk=invitation.partner_sid).first()
        if partner is None or partner.sub_account_id or partner.linked_by_hand:
            Invitation.objects.filter(pk=invitation.pk).update(sub_account_wanted=False)
        elif _plain(partner.name) not in taken:
            _make(invitation, partner)


def _make(invitation: Invitation, partner: Partner) -> None:
    """At most one POST for this invitation, ever: its entry's id follows from the invitation's."""
    entry = sub_account_make(
        actor=invitation.invited_by,
        actor_text=invitation.invited_by_text,
        entry_id=making_id(invitation),
        partner=partner,
    )
    if entry.outcome == "done":
        Invitation.objects.filter(pk=invitation.pk).update(sub_account_wanted=False)


def making_id(invitation: Invitation) -> UUID:
    """The id of the entry that makes the sub-account `invitation` asked for."""
    return uuid5(invitation.id, "sub-account")


def sub_account_make(
    *,
    actor: User | None,
    partner: Partner,
    actor_text: str = "",
    ticket: str = "",
    entry_id: UUID | None = None,
) -> AuditEntry:
    """Make a sub-account named after `partner` and link the two: at most once for a ticket or an id.

    Its description carries the entry's id, so that one whose answer was lost is found again.
    """
    opened = audit.open_entry(
        ticket=ticket,
        entry_id=entry_id,
        actor=actor,
        actor_text=actor_text,
        action="sub_account.create",
        target=partner.pk,
        target_text=partner.name,
        params={"name": partner.name},
    )
    if not opened.fresh:
        return opened.entry  # under way, or tried before: the entry tells what became of it
    try:
        made = number_api().sub_accounts.create(partner.name, description=_mark(opened.entry))
    except CoreApiError as error:
        return audit.close_from_error(opened.entry, error)
    # Its credentials are for the sub-partner alone; nobody here needs them, so they are dropped.
    with audit.recording(opened.entry):
        message = _link_made(partner.pk, made.account)
        after = {"sub_account": made.account.auth_id}
        audit.close(opened.entry, "done", after=after, upstream_status=200, message=message)
    return opened.entry


def _link_made(partner_sid: str, made: SubAccount) -> str:
    """Link what was just made; "", or, where its name led another partner to it first, that in words."""
    try:
        with transaction.atomic():
            sub_account_set(partner_sid, made)
    except IntegrityError:
        other = Partner.objects.filter(sub_account_id=made.auth_id).first()
        return f"It was made, but {other or 'another partner'} is linked to it; link it by hand."
    return ""


def sub_account_set(partner_sid: str, account: SubAccount | None, **more: bool) -> None:
    """Link a partner to `account`, or to none. Raises IntegrityError when another partner has it."""
    Partner.objects.filter(pk=partner_sid).update(
        sub_account_id=account.auth_id if account else "",
        sub_account_enabled=account is not None and account.enabled is not False,
        **more,
    )


def _mark(entry: AuditEntry) -> str:
    return f"Made by Numberdesk, entry {entry.pk}"


def settle_sub_account(entry: AuditEntry) -> audit.Settled | None:
    """Read back whether the sub-account exists; None while nobody can know. Raises `CoreApiError`."""
    listing = number_api().sub_accounts.iterate()
    made = next((account for account in listing if account.description == _mark(entry)), None)
    if made:
        message = _link_made(entry.target, made)
        return audit.Settled("done", after={"sub_account": made.auth_id}, message=message)
    if listing.complete and audit.grace_over(entry):
        return audit.Settled("failed", message="The sub-account was not made. Nothing was changed.")
    return None
