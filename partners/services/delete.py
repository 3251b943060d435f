"""Delete a sub-partner, or withdraw an invitation; and what stands in the way of it."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from numbers.models import Number, OverrideRequest, UnassignIntent
from partners.models import Invitation, Partner, PlannedRevocation, Token
from partners.services.family import own_account
from portal import audit
from portal.core_api.errors import CoreApiError, NotFound
from portal.models import AuditEntry
from portal.upstream import core_api


@dataclass(frozen=True)
class Obstacle:
    """Something that has to go first: what it is, and the address where to do that."""

    words: str
    href: str


class InTheWay(Exception):
    """`obstacles` have to go first. Nothing was changed."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        super().__init__("; ".join(each.words for each in obstacles))
        self.obstacles = obstacles


def obstacles(partner_sid: str) -> list[Obstacle]:
    """All that stands in the way of deleting this partner, as far as the mirror knows."""
    ourselves = own_account()
    if ourselves and ourselves.pk == partner_sid:
        return [Obstacle("This is your own account.", "")]
    found = []
    children = Partner.objects.filter(parent_sid=partner_sid).count()
    children += Invitation.objects.filter(parent_sid=partner_sid, state__in=Invitation.PENDING).count()
    if children:
        found.append(
            Obstacle(
                _many(children, "sub-partner stands below it", "sub-partners stand below it"),
                f"/partners/?parent={partner_sid}",
            )
        )
    numbers = Number.objects.filter(partner_sid=partner_sid).count()
    if numbers:
        found.append(
            Obstacle(
                _many(numbers, "number is held by it", "numbers are held by it"),
                f"/numbers/?holder={partner_sid}",
            )
        )
    plans = UnassignIntent.objects.filter(holder_sid=partner_sid, state__in=UnassignIntent.LIVE).count()
    plans += OverrideRequest.objects.filter(holder_sid=partner_sid, state__in=OverrideRequest.LIVE).count()
    if plans:
        found.append(
            Obstacle(
                _many(plans, "plan waits for a cool-off of it", "plans wait for a cool-off of it"),
                f"/numbers/?holder={partner_sid}",
            )
        )
    return found


def name_of(partner_sid: str) -> str:
    """The name of a partner or of an invited one, "" for neither: what has to be typed to delete it."""
    partner = Partner.objects.filter(pk=partner_sid).first()
    invited = Invitation.objects.filter(partner_sid=partner_sid, state=Invitation.State.INVITED).first()
    return str(partner or invited or "")


def partner_delete(*, actor: User, ticket: str, partner_sid: str, reason: str) -> AuditEntry:
    """Delete a sub-partner; its tokens end with it.

    Raises `InTheWay`, `audit.BadTicket`, and `Partner.DoesNotExist` for one we know nothing of.
    """
    if used := audit.used_entry(ticket=ticket, actor=actor, action="partner.delete", target=partner_sid):
        return used
    name = name_of(partner_sid)
    if not name:
        raise Partner.DoesNotExist(partner_sid)
    if found := obstacles(partner_sid):
        raise InTheWay(found)
    partner = Partner.objects.filter(pk=partner_sid).first()
    opened = audit.open_entry(
        ticket=ticket,
        actor=actor,
        action="partner.delete",
        target=partner_sid,
        target_text=name,
        params={},
        before=partner.payload if partner else None,
        reason=reason,
    )
    if not opened.fresh:
        return opened.entry
    try:
        core_api().partners.delete(partner_sid)
        message = ""
    except NotFound:
        message = "It was gone already."
    except CoreApiError as error:
        return audit.close_from_error(opened.entry, error)
    with audit.recording(opened.entry):
        _forget(partner_sid)
        audit.close(opened.entry, "done", upstream_status=204, message=message)
    return opened.entry


def settle_delete(entry: AuditEntry) -> audit.Settled | None:
    """Read back whether the partner is gone; None while nobody can know. Raises `CoreApiError`.

    One that was never verified is not shown either way: deleting it again would tell, so it is said.
    """
    if Invitation.objects.filter(partner_sid=entry.target, state=Invitation.State.INVITED).exists():
        if audit.grace_over(entry):
            return audit.Settled(
                "failed",
                message="No answer came, and an invited partner is not shown. Withdraw it once more.",
            )
        return None
    try:
        core_api().partners.get(entry.target)
    except NotFound:
        _forget(entry.target)
        return audit.Settled("done")
    if audit.grace_over(entry):
        return audit.Settled("failed", message="The partner was not deleted. Nothing was changed.")
    return None


def _forget(partner_sid: str) -> None:
    now = timezone.now()
    Partner.forget([partner_sid], as_of=now)
    Token.forget(Token.objects.filter(partner_sid=partner_sid).values_list("pk", flat=True), as_of=now)
    Invitation.objects.filter(partner_sid=partner_sid).update(state=Invitation.State.WITHDRAWN)
    PlannedRevocation.objects.filter(partner_sid=partner_sid, state=PlannedRevocation.State.WAITING).update(
        state=PlannedRevocation.State.DONE, ended=now, message="The partner was deleted, its tokens with it."
    )


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}."
