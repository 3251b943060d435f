"""Creating a sub-partner: once, invited until upstream shows it, its sub-account linked and not doubled."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from partners.models import Invitation, Partner
from partners.services.family import own_account
from partners.services.sub_accounts import sync_sub_accounts
from partners.services.sync import sync_partners
from portal import audit
from portal.models import AuditEntry, Beat
from tests.pages import check

URL = "/partners/new/"


@pytest.fixture
def form(manager, partners, visit) -> dict[str, str]:
    answer = visit(manager, URL)
    return {
        "ticket": answer.value("ticket"),
        "parent_sid": answer.value("parent_sid"),
        "company_name": "Juniper Foods, LLC",
        "name": "Juniper",
        "login": "juniper",
        "password": "correct horse battery",
        "country_code": "USA",
        "payment_type": "prepay",
        "owner_email": "owner@juniper.example",
        "sub_account": "on",
    }


def verify(world, invitation: Invitation) -> None:
    world.steer("POST", f"/partners/{invitation.partner_sid}/verify")


def test_a_new_partner_is_shown_as_invited_from_our_own_record(manager, upstream, form, visit):
    response = manager.post(URL, **form)
    invitation = Invitation.objects.get()
    assert response["Location"] == f"/partners/{invitation.partner_sid}/"
    page = visit(manager, response["Location"])
    assert "Waiting for its e-mail to be verified" in page.text
    labels = {"".join(label.itertext()) for label in page.all("dt")}
    assert {"Company name", "Owner email", "Country code", "Parent"} <= labels
    assert own_account().pk not in page.text
    assert own_account().name in page.text
    listed = visit(manager, "/partners/").text
    assert "Juniper Foods, LLC" in listed
    assert "invited" in listed
    assert AuditEntry.objects.get().outcome == "done"


def test_it_becomes_a_partner_with_a_linked_sub_account_as_soon_as_upstream_shows_it(
    manager, upstream, form, visit
):
    manager.post(URL, **form)
    invitation = Invitation.objects.get()
    sync_partners()
    assert not Partner.objects.filter(pk=invitation.partner_sid).exists()
    verify(upstream, invitation)
    sync_partners()
    sync_sub_accounts()
    partner = Partner.objects.get(pk=invitation.partner_sid)
    assert partner.sub_account_id.startswith("SA_")
    assert partner.sub_account_enabled
    assert Invitation.objects.get().state == "appeared"
    assert not upstream.requests(method="POST", path="sub-accounts")
    assert "Waiting for" not in visit(manager, f"/partners/{partner.pk}/").text


def test_where_the_other_protocol_knows_nothing_of_it_a_sub_account_is_made_once(manager, upstream, form):
    manager.post(URL, **form)
    invitation = Invitation.objects.get()
    verify(upstream, invitation)
    sync_partners()
    empty = {"sub_accounts": [], "total": 0, "page": 1, "size": 100}
    upstream.fault("GET", "sub-accounts", "status", status=200, body=empty)
    for _ in range(2):
        sync_sub_accounts()
    assert len(upstream.requests(method="POST", path="sub-accounts")) == 1
    entry = AuditEntry.objects.get(action="sub_account.create")
    assert entry.outcome == "done"
    assert Partner.objects.get(pk=invitation.partner_sid).sub_account_id == entry.after["sub_account"]


def test_where_its_name_is_taken_there_nothing_is_made_and_a_person_says_which_it_is(
    manager, upstream, partners, form
):
    manager.post(URL, **form)
    invitation = Invitation.objects.get()
    verify(upstream, invitation)
    sync_partners()
    account = {"auth_id": "SA_1", "name": "juniper  Foods, LLC"}
    twins = {"sub_accounts": [account, account | {"auth_id": "SA_2"}], "total": 2, "page": 1, "size": 100}
    upstream.fault("GET", "sub-accounts", "status", status=200, body=twins)
    sync_sub_accounts()
    assert not upstream.requests(method="POST", path="sub-accounts")
    assert Invitation.objects.get().sub_account_wanted
    assert Partner.objects.get(pk=invitation.partner_sid).sub_account_id == ""


def test_until_it_is_there_its_page_says_that_the_sub_account_is_being_made(manager, upstream, form, visit):
    manager.post(URL, **form)
    invitation = Invitation.objects.get()
    page = f"/partners/{invitation.partner_sid}/"
    verify(upstream, invitation)
    sync_partners()
    assert "being made…" in visit(manager, page).text
    sync_sub_accounts()
    assert "being made…" not in visit(manager, page).text
    assert "SA_" in visit(manager, page).text


def test_where_its_making_failed_its_page_says_so_and_offers_the_way_by_hand(manager, upstream, form, visit):
    manager.post(URL, **form)
    invitation = Invitation.objects.get()
    verify(upstream, invitation)
    sync_partners()
    empty = {"sub_accounts": [], "total": 0, "page": 1, "size": 100}
    upstream.fault("GET", "sub-accounts", "status", status=200, body=empty)
    upstream.fault("POST", "sub-accounts", "status", status=400, body={"message": "no"})
    sync_sub_accounts()
    answer = visit(manager, f"/partners/{invitation.partner_sid}/")
    assert "It could not be made:" in answer.text
    assert "Link…" in answer.text


def test_where_its_name_is_taken_its_page_says_so_as_soon_as_the_clock_has_looked(
    manager, upstream, form, visit
):
    manager.post(URL, **form)
    invitation = Invitation.objects.get()
    page = f"/partners/{invitation.partner_sid}/"
    verify(upstream, invitation)
    sync_partners()
    Beat.objects.create(name="duty:sub_accounts", at=timezone.now() - timedelta(minutes=1))
    assert "being made…" in visit(manager, page).text
    Beat.objects.update(at=timezone.now())
    assert "another one has its name. Say which one it is. Link…" in visit(manager, page).text


def test_a_sub_account_is_made_though_whoever_asked_for_it_is_gone(manager, upstream, form):
    manager.post(URL, **form)
    invitation = Invitation.objects.get()
    manager.user.delete()
    verify(upstream, invitation)
    sync_partners()
    empty = {"sub_accounts": [], "total": 0, "page": 1, "size": 100}
    upstream.fault("GET", "sub-accounts", "status", status=200, body=empty)
    sync_sub_accounts()
    entry = AuditEntry.objects.get(action="sub_account.create")
    assert (entry.outcome, entry.actor, entry.actor_text) == ("done", None, "Alex Moreno")


def test_the_same_form_sent_twice_makes_one_partner(manager, upstream, form):
    first = manager.post(URL, **form)["Location"]
    # The second time the login is known to be taken, by the first.
    assert manager.post(URL, **form).status_code == 422
    assert first.startswith("/partners/")
    assert len(upstream.requests(method="POST", path="/partners$")) == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"company_name": " "}, "Enter the company's name."),
        ({"login": "with space"}, "A login has letters"),
        ({"password": "short"}, "at least 10"),
        ({"password": "[hidden]xx"[:8]}, "at least 10"),
        ({"owner_email": "nobody"}, "is not an e-mail address"),
        ({"owner_email": ""}, "Enter the owner's e-mail"),
        ({"billing_email": "a@b.example, x"}, "is not an e-mail address"),
        ({"parent_sid": "Nobody at all"}, "There is no such partner"),
        ({"parent_sid": "00000000-0000-4000-8000-000000000000"}, "There is no such partner"),
        ({"country_code": "QQQ"}, "Select a valid choice"),
        ({"payment_type": "never"}, "Select a valid choice"),
        ({"phonenumber": "12"}, "not a whole phone number"),
        ({"phonenumber": "617-155-0100"}, "There is no such phone number in United States."),
        ({"phonenumber": "617-155-0100", "country_code": "SWE"}, "There is no such phone number in Sweden."),
        ({"phonenumber": "call me"}, "has only digits"),
        ({"login": ""}, "Enter the login"),
        ({"password": ""}, "Give it a first password."),
        ({"parent_sid": ""}, "Say below whom it stands."),
        ({"company_name": "[hidden]"}, "This is the mask"),
    ],
)
def test_what_cannot_be_is_said_on_its_field_and_nothing_is_sent(manager, upstream, form, typed, says):
    response = manager.post(URL, **(form | typed))
    assert response.status_code == 422
    assert says in check(response).text
    assert not AuditEntry.objects.exists()
    assert not upstream.requests(method="POST", path="/partners")


@pytest.mark.parametrize(
    ("country_code", "typed", "sent"),
    [
        ("USA", "617-555-0100", "16175550100"),
        ("USA", "(617) 555 0100", "16175550100"),
        ("USA", "1 617 555 0100", "16175550100"),
        ("USA", "+46 501 81 80 82", "46501818082"),
        ("GBR", "020 7946 0958", "442079460958"),
        ("GBR", "0044 20 7946 0958", "442079460958"),
        ("SWE", "0501-81 80 82", "46501818082"),
        ("SWE", "", ""),
    ],
)
def test_a_phone_is_read_as_its_country_writes_it_and_kept_with_its_country_code(
    manager, upstream, form, country_code, typed, sent
):
    manager.post(URL, **(form | {"country_code": country_code, "phonenumber": typed}))
    assert AuditEntry.objects.get().params["wanted"].get("phonenumber", "") == sent
    verify(upstream, Invitation.objects.get())
    assert (
        upstream.get(f"/partners/{Invitation.objects.get().partner_sid}").json()["phonenumber"] or ""
    ) == sent


def test_a_login_of_a_partner_we_know_is_refused_before_upstream_sees_it(manager, upstream, partners, form):
    taken = partners["ourselves"].login
    response = manager.post(URL, **(form | {"login": taken}))
    assert "exists already" in check(response).text
    assert not upstream.requests(method="POST", path="/partners")


def test_a_login_that_is_taken_upstream_is_said_on_its_field(manager, upstream, form):
    upstream.post("/partners", {"login": "juniper", "password": "another one", "name": "First"})
    response = manager.post(URL, **form)
    assert response.status_code == 422
    answer = check(response)
    assert "this login is taken" in answer.text
    assert answer.value("company_name") == "Juniper Foods, LLC"
    assert not Invitation.objects.exists()


def test_the_password_comes_back_in_no_form_and_no_record(manager, upstream, form):
    response = manager.post(URL, **(form | {"owner_email": "nobody"}))
    assert form["password"] not in response.content.decode()
    manager.post(URL, **form)
    assert form["password"] not in str(list(AuditEntry.objects.values()) + list(Invitation.objects.values()))


def test_a_lost_answer_is_known_as_soon_as_the_partner_appears(manager, upstream, form, visit):
    upstream.fault("POST", "/partners", "reset", when="after")
    manager.post(URL, **form)
    audit.settle_due()
    assert AuditEntry.objects.get().outcome == "unknown"
    assert "checking" in visit(manager, "/partners/").text
    upstream.set(verify_seconds=0)
    sync_partners()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        audit.settle_due()
    assert AuditEntry.objects.get().outcome == "done"
    assert Invitation.objects.get().state == "appeared"


def test_one_that_never_appears_is_given_up_after_thirty_days(manager, upstream, form):
    upstream.fault("POST", "/partners", "reset", when="before")
    manager.post(URL, **form)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        audit.settle_due()
    assert AuditEntry.objects.get().outcome == "failed"
    assert not Invitation.objects.exists()


def test_without_the_phone_number_api_the_form_says_why_there_is_no_sub_account(
    manager, partners, visit, settings
):
    settings.NUMBER_API_URL = ""
    assert "The Phone Number API is not configured here" in visit(manager, URL).text
    assert sync_sub_accounts() == 0


def test_staff_may_not_create_partners(staff, upstream, visit):
    visit(staff, URL, status=403)
