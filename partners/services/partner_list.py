"""Our account and its sub-partners as a tree, from the mirror."""

from collections import defaultdict
from dataclasses import dataclass

from partners.models import Partner


@dataclass(frozen=True)
class Branch:
    """A partner and how deep below our own account it hangs (0: ourselves)."""

    partner: Partner
    depth: int


def partner_tree() -> list[Branch]:
    """Every partner below its parent, siblings by name; one whose parent is unknown comes as a root."""
    partners = list(Partner.objects.all())
    known = {partner.partner_sid for partner in partners}
    children: dict[str, list[Partner]] = defaultdict(list)
    for partner in partners:
        children[partner.parent_sid if partner.parent_sid in known else ""].append(partner)
    return _below(children, "", 0)


def _below(children: dict[str, list[Partner]], sid: str, depth: int) -> list[Branch]:
    branches = []
    for partner in children.pop(sid, []):  # taken out, so that a circle upstream cannot hang us
        branches += [Branch(partner, depth), *_below(children, partner.partner_sid, depth + 1)]
    return branches
