"""Who we are among the partners, and who may hold our numbers."""

from partners.models import Partner


def own_account() -> Partner | None:
    """Our own account: the one whose parent is not mirrored; None before the first copy."""
    return Partner.objects.exclude(parent_sid__in=Partner.objects.values("pk")).order_by("pk").first()
