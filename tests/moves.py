"""Moving a number as people do it: the dialog opened, its form sent."""

from datetime import timedelta

from django.utils import timezone

from numbers.models import Number

FREE = "15162065573"  # rented in these tests, never called


def assign(person, visit, phonenumber, partner):
    answer = visit(person, f"/numbers/{phonenumber}/assign/", htmx=True)
    return person.post(
        f"/numbers/{phonenumber}/assign/", htmx=True, ticket=answer.value("ticket"), partner=partner.pk
    )


def unassign(person, visit, phonenumber, how="now", clear=()):
    answer = visit(person, f"/numbers/{phonenumber}/unassign/", htmx=True)
    form = {name: answer.value(name) for name in ("ticket_now", "ticket_later")}
    return person.post(f"/numbers/{phonenumber}/unassign/", htmx=True, how=how, clear=list(clear), **form)


def ask(person, visit, phonenumber, reason="The court asked for it on Monday"):
    answer = visit(person, f"/numbers/{phonenumber}/override/", htmx=True)
    return person.post(
        f"/numbers/{phonenumber}/override/", htmx=True, ticket=answer.value("ticket"), reason=reason
    )


def force(
    person, visit, phonenumber, reason="The court asked for it on Monday", typed=None, request="", clear=()
):
    answer = visit(person, f"/numbers/{phonenumber}/force/", htmx=True, request=request)
    return person.post(
        f"/numbers/{phonenumber}/force/",
        htmx=True,
        ticket=answer.value("ticket"),
        request=request,
        reason=reason,
        typed=typed or phonenumber,
        clear=list(clear),
    )


def holder(phonenumber=FREE) -> str:
    return Number.objects.get(phonenumber=phonenumber).partner_sid


def ago(**span) -> str:
    return (timezone.now() - timedelta(**span)).isoformat()
