"""What a number can be joined to."""

from numbers.models import DidGroup, Number, TrunkGroup
from partners.models import Partner
from partners.services.family import own_account

Choices = list[tuple[str, str]]


def groups_for(number: Number) -> dict[str, Choices]:
    """The trunk groups and DID groups a number can be joined to: its holder's, and our own account's.

    By field: SIDs and names, with the holder's name where a group is not our own. Of a mirror that
    does not know yet which account is ours, all.
    """
    ourselves = own_account()
    own = ourselves.pk if ourselves else ""
    holder = Partner.objects.filter(pk=number.partner_sid).first()

    def choices(model: type[TrunkGroup] | type[DidGroup]) -> Choices:
        rows = model.objects.values_list("pk", "name", "payload__partner_sid")
        return [
            (pk, f"{name} ({holder.name})" if holder and sid == holder.pk != own else name)
            for pk, name, sid in rows
            if not own or sid in (None, own, number.partner_sid)
        ]

    return {"trunk_group_sid": choices(TrunkGroup), "did_group_sid": choices(DidGroup)}
