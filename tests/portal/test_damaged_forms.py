"""No form swallows what nobody can see: a ticket that is missing or damaged is refused, and that is said."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from numbers.models import Number, OverrideRequest, ReleaseLock, UnassignIntent
from partners.models import Partner, Token
from partners.services.family import own_account
from partners.services.sync import sync_tokens
from portal.models import AuditEntry
from tests.pages import XHTML, Answer, check
from tests.portal.test_roles import OURS, sample

REASON = {"reason": "The court asked for it on Monday"}


@dataclass(frozen=True)
class Form:
    """`about`: what stands in its address; `typed`: what a person adds. `{words}` are those of `things`."""

    about: str = ""
    typed: dict[str, str] = field(default_factory=dict)


FORMS = {
    "rent": Form("rentable", {"confirm": "on"}),
    "edit": Form("free", {"name": "Support"}),
    "assign": Form("free", {"partner": "{partner}"}),
    "unassign": Form("held", {"how": "now"}),
    "unassign_cancel": Form("held intent"),
    "override": Form("held", REASON),
    "override_decline": Form("request", REASON),
    "force": Form("held", REASON | {"typed": "{held}"}),
    "undo": Form("free entry"),
    "release": Form("free", {"how": "now", "typed": "{free}"}),
    "release_cancel": Form("free"),
    "release_lock": Form("free", REASON),
    "release_unlock": Form("locked"),
    "partner_create": Form(
        typed={
            "company_name": "Oak Telephone",
            "name": "oak",
            "owner_email": "owner@example.com",
            "login": "oak-owner",
            "password": "correct horse battery",
        }
    ),
    "partner_edit": Form("partner", {"city": "Albany"}),
    "partner_delete": Form("childless", {"typed": "Childless"}),
    "partner_link": Form("partner"),
    "partner_make_sub_account": Form("partner"),
    "token_issue": Form("partner", {"name": "Export"}),
    "token_edit": Form("partner token", {"name": "Import"}),
    "token_rotate": Form("partner token"),
    "token_revoke": Form("partner token", {"typed": "{token_name}"}),
}
# Cancels a plan, and mints its ticket itself: pressed twice, it finds nothing to cancel.
NO_TICKET = {"token_keep"}


@pytest.fixture
def things(mirror, admin) -> dict[str, object]:
    cache.clear()
    sync_tokens()
    token = Token.objects.exclude(ours=True).exclude(partner_sid=own_account().pk)[0]
    partner = Partner.objects.get(pk=token.partner_sid)
    Partner.objects.filter(pk=partner.pk).update(sub_account_id="MA_1", sub_account_enabled=True)
    childless = Partner.objects.create(
        pk="childless", name="Childless", parent_sid=own_account().pk, payload={}, synced_at=timezone.now()
    )
    free, held, locked, *_ = Number.objects.filter(partner_sid=own_account().pk, status="assigned")
    Number.objects.filter(pk=held.pk).update(partner_sid=partner.pk)
    ReleaseLock.objects.create(phonenumber=locked.phonenumber, **REASON)
    moving = {"phonenumber": held.phonenumber, "holder_sid": partner.pk, "holder_text": partner.name}
    soon = timezone.now()
    return {
        "rentable": "15162065575",
        "free": free.phonenumber,
        "held": held.phonenumber,
        "locked": locked.phonenumber,
        "partner": partner.pk,
        "childless": childless.pk,
        "token": token.pk,
        "token_name": token,
        "intent": UnassignIntent.objects.create(**moving, due_at=soon, give_up_at=soon).pk,
        "request": OverrideRequest.objects.create(**moving, **REASON).pk,
        "entry": _edit_of(free).pk,
    }


@pytest.mark.parametrize("ticket", ["", "damaged"])
@pytest.mark.parametrize("name", FORMS)
def test_a_form_without_its_ticket_is_refused_and_says_why(name, ticket, things, admin, mirror):
    url, values = filled_in(name, things, admin)
    tickets = [field for field in values if field.startswith("ticket")]
    assert tickets
    before = writes(mirror)
    answer = check(admin.post(url, **values | dict.fromkeys(tickets, ticket)))
    assert answer.status == 422
    assert "open it again" in alerts(answer), answer.text
    assert writes(mirror) == before


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("edit", "seen"),
        ("partner_edit", "seen"),
        ("token_edit", "seen"),
        ("rent", "country"),
        ("force", "request"),
    ],
)
def test_whatever_else_is_hidden_and_damaged_is_said_too(name, hidden, things, admin):
    url, values = filled_in(name, things, admin)
    assert hidden in values
    answer = check(admin.post(url, **values | {hidden: "damaged"}))
    assert answer.status == 422
    assert "open it again" in alerts(answer), answer.text


def test_every_address_that_takes_a_form_is_tried_here(admin, upstream):
    takes = {pattern.name for path, pattern in OURS if admin.post(sample(path, pattern)).status_code != 405}
    assert takes == set(FORMS) | NO_TICKET


def filled_in(name: str, things: dict[str, object], person) -> tuple[str, dict[str, str]]:
    """The address of a form, and what a person would send to it."""
    form = FORMS[name]
    url = reverse(name, args=[things[word] for word in form.about.split()])
    typed = {field: text.format(**things) for field, text in form.typed.items()}
    page = person.get(url)
    if page.status_code == 405:  # no page of its own: a button on another one
        return url, {"ticket": "", **typed}
    shown = next(each for each in check(page).all("form", method="post") if each.get("action") == url)
    return url, values(shown) | typed


def values(form: Element) -> dict[str, str]:
    """What the browser would send if nobody touched anything."""
    sent = {each.get("name"): each.get("value") or "" for each in form.iter(XHTML + "input") if _sent(each)}
    sent.pop(None, None)  # the search of a list of scopes is for the script alone
    for select in form.iter(XHTML + "select"):
        options = list(select.iter(XHTML + "option"))
        chosen = [each for each in options if each.get("selected") is not None] or options[:1]
        sent[select.get("name")] = chosen[0].get("value") if chosen else ""
    return sent


def _sent(control: Element) -> bool:
    return control.get("type") not in ("checkbox", "radio") or control.get("checked") is not None


def _edit_of(number: Number) -> AuditEntry:
    changes = {"did_sid": number.did_sid, "changes": {"name": "Desk"}}
    return AuditEntry.objects.create(
        action="number.edit", target=number.phonenumber, outcome="done", before={"name": ""}, params=changes
    )


def alerts(answer: Answer) -> str:
    return " ".join("".join(each.itertext()) for each in answer.all("div", role="alert"))


def writes(world) -> tuple[int, int]:
    sent = [each for each in world.requests() if each["method"] != "GET"]
    return len(sent), AuditEntry.objects.count()
