"""Verifying the e-mail addresses of new partners (Core API §2.5).

A new partner's addresses are kept aside, and the partner itself is hidden, until somebody follows
the link in the verification mail. Here that is the steering endpoint, or time: the world's setting
`verify_seconds`, when set.
"""

from datetime import datetime, timedelta

from django.db import transaction

from sandbox.models import Partner, World


def verify(partner_sid: str) -> bool:
    """Show the addresses and let the partner in; False when it was not waiting for this."""
    with transaction.atomic():
        partner = (
            Partner.objects.select_for_update().filter(partner_sid=partner_sid, status="unverified").first()
        )
        if partner is None:
            return False
        for field, address in partner.pending_emails.items():
            setattr(partner, field, address)
        partner.pending_emails = {}
        partner.status = "active"
        partner.save(update_fields=["owner_email", "tech_email", "billing_email", "pending_emails", "status"])
    return True


def settle(world: World, moment: datetime) -> None:
    """Verify every partner of `world` that was made long enough ago, if the world does so by itself."""
    seconds = world.settings.get("verify_seconds")
    if seconds is None:
        return
    due = Partner.objects.filter(
        world=world, status="unverified", date_created__lte=moment - timedelta(seconds=seconds)
    )
    for partner_sid in due.values_list("partner_sid", flat=True):
        verify(partner_sid)
