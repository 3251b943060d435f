"""What became of the sub-account that was asked for together with a partner."""

from dataclasses import dataclass

from partners.models import Invitation, Partner
from partners.services.sub_accounts import making_id
from portal.models import AuditEntry, Beat, Outcome

LOOKED = "duty:sub_accounts"  # when the clock last looked through all sub-accounts


@dataclass(frozen=True)
class SubAccountState:
    """Of a partner without a sub-account: `making` while one is looked for or made, `why_not` when that
    came to nothing. Neither: none was asked for.
    """

    making: bool = False
    why_not: str = ""


def sub_account_state(partner: Partner) -> SubAccountState:
    """From our own records alone; two queries more at most."""
    if partner.sub_account_id or partner.linked_by_hand or partner.is_ours:
        return SubAccountState()
    asked = Invitation.objects.filter(partner_sid=partner.pk, sub_account_wanted=True).first()
    if asked is None:
        return SubAccountState()
    entry = AuditEntry.objects.filter(pk=making_id(asked)).first()
    if entry is not None and entry.outcome in (Outcome.REJECTED, Outcome.FAILED):
        return SubAccountState(why_not=f"It could not be made: {entry.message}")
    if entry is None and _looked_since(asked):
        return SubAccountState(
            why_not="None was made, because another one has its name. Say which one it is."
        )
    return SubAccountState(making=True)


def _looked_since(asked: Invitation) -> bool:
    """Whether the clock looked through the sub-accounts, without trouble, after the partner had appeared."""
    looked = Beat.objects.filter(name=LOOKED, ok=True).first()
    return looked is not None and asked.appeared is not None and looked.at > asked.appeared
