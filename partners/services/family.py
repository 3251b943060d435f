"""Who we are among the partners, and who may hold our numbers."""

from django.db import transaction

from partners.models import Partner


def own_account() -> Partner | None:
    """Our own account: the one the Core API said our credentials belong to; None before the first copy."""
    return Partner.objects.filter(is_ours=True).first()


def note_own_account(partner_sid: str) -> None:
    """Mark the mirrored partner `partner_sid` as ourselves."""
    with transaction.atomic():
        Partner.objects.filter(is_ours=True).exclude(pk=partner_sid).update(is_ours=False)
        Partner.objects.filter(pk=partner_sid, is_ours=False).update(is_ours=True)
