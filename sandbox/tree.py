"""Who stands below whom among the partners of a world."""

from collections import defaultdict

from django.db.models import Q

from sandbox.models import Partner


def family(partner: Partner) -> list[str]:
    """The sids of `partner` and of everyone below it, in one query."""
    children = defaultdict(list)
    for sid, parent in Partner.objects.filter(world_id=partner.world_id).values_list(
        "partner_sid", "parent_id"
    ):
        children[parent].append(sid)
    found, waiting = [], [partner.partner_sid]
    while waiting:
        sid = waiting.pop()
        found.append(sid)
        waiting.extend(children[sid])
    return found


def held_by_family(partner: Partner) -> Q:
    """The rows of a partner's things that `partner` may see: its own and its descendants'.

    At the top of the tree that is everything somebody holds, which an index answers directly.
    """
    if partner.parent_id is None:
        return Q(world_id=partner.world_id, partner__isnull=False)
    return Q(world_id=partner.world_id, partner_id__in=family(partner))
