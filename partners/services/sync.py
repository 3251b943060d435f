"""Bring the mirror of partners in step with the Core API."""

from django.utils import timezone

from partners.models import Partner
from portal.upstream import core_api


def sync_partners() -> int:
    """Copy ourselves and every sub-partner; returns how many there are.

    A partner leaves the mirror only after a pass that provably saw them all. Raises `CoreApiError`
    when a page fails; what was copied until then stays.
    """
    started = timezone.now()
    listing = core_api().partners.iterate()
    partners = {partner.partner_sid: partner for partner in listing}
    myself = core_api().whoami()
    partners[myself.partner_sid] = myself
    Partner.upsert(partners.values(), as_of=started)
    if listing.complete:
        Partner.forget_unseen(started)
    return len(partners)
