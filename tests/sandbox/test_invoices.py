"""Invoices: what is in them, how months are closed, and how they come on paper and by e-mail."""

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from email import message_from_bytes, policy
from itertools import pairwise

import pytest

MONTH = 32 * 86_400
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def world(either_sandbox):
    return either_sandbox.world()


def invoices(world, **params):
    """The main partner's invoices unless asked otherwise, the newest first."""
    own = f'partner_sid eq "{world.core["partner_sid"]}"'
    answer = world.get("/invoices", **{"limit": 1000, "filter": own, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def total(items):
    return sum((Decimal(item["amount"]) for item in items), Decimal(0))


def test_items_and_taxes_sum_up_to_the_amounts(world):
    every = invoices(world, filter="")
    assert len({each["partner_sid"] for each in every}) > 1
    for each in every:
        assert total(each["invoice_items"]) == Decimal(each["amount"])
        assert total(each["tax_items"]) == Decimal(each["amount_tax"])


def test_balances_lead_from_one_month_to_the_next(world):
    months = invoices(world)[::-1]
    assert [each["display_id"] for each in months] == ["001", "002", "003", "004"]
    for each, after in pairwise(months):
        assert after["balance_previous"] == each["balance_forward"]
        assert after["date_billing_period_start"] > each["date_billing_period_end"]
    for each in months:
        owed = Decimal(each["balance_previous"]) + Decimal(each["amount"]) + Decimal(each["amount_tax"])
        assert Decimal(each["balance_forward"]) == owed - total(each["pay_items"])


def test_past_months_are_paid_and_the_running_one_is_open(world):
    running, *past = invoices(world)
    assert (running["status"], running["paid"], running["date_issued"]) == ("open", False, None)
    for each in past:
        assert (each["status"], each["paid"], each["amount_due"]) == ("complete", True, "0")
        assert each["date_charged"] == each["date_issued"] > each["date_billing_period_end"]


def test_a_second_look_changes_nothing(world):
    assert invoices(world, filter="") == invoices(world, filter="")


def test_a_call_and_a_number_are_on_the_running_invoice_at_once(world):
    before = invoices(world)[0]
    world.rent("15162065575")
    world.add_calls({"phonenumber": "12125550148", "duration": 6000, "direction": "inbound"})
    after = invoices(world)[0]
    assert after["invoice_sid"] == before["invoice_sid"]
    numbers = [{item["type"]: item for item in each["invoice_items"]}["did"] for each in (before, after)]
    assert numbers[1]["usage"] == numbers[0]["usage"] + 1
    assert Decimal(numbers[1]["amount"]) == Decimal(numbers[0]["amount"]) + Decimal("0.6")
    assert total(after["invoice_items"]) == total(before["invoice_items"]) + Decimal("1.1")


def test_with_the_month_an_invoice_is_closed_and_a_new_one_opened(world):
    running, *past = invoices(world)
    world.advance(MONTH)
    opened, closed, *before = invoices(world)
    assert before == past
    assert closed["invoice_sid"] == running["invoice_sid"]
    assert (closed["status"], closed["paid"], opened["status"]) == ("complete", True, "open")
    assert total(closed["pay_items"]) == Decimal(running["balance_forward"])
    world.add_calls({"phonenumber": "12125550148", "date_start": closed["date_billing_period_start"]})
    assert invoices(world)[1] == closed


def test_a_clock_moved_by_decades_leaves_some_months_out(world):
    invoices(world)
    world.advance(40 * 366 * 86_400)
    assert 4 < len(invoices(world)) < 100


def test_a_suspended_partners_last_month_is_declined_and_due(either_sandbox):
    world = either_sandbox.world(inventory=20)
    partner = world.get("/partners", filter="status eq suspended").json()["items"][0]["partner_sid"]
    running, last, *_ = invoices(world, filter=f'partner_sid eq "{partner}"')
    assert (last["status"], last["paid"], last["pay_items"]) == ("declined", False, [])
    assert Decimal(last["amount_due"]) == Decimal(last["amount"]) + Decimal(last["amount_tax"]) > 0
    assert running["balance_previous"] == last["amount_due"]


def test_looking_at_once_makes_each_invoice_once(world):
    with ThreadPoolExecutor(8) as pool:
        looks = list(pool.map(lambda _: {each["invoice_sid"] for each in invoices(world)}, range(16)))
    assert all(look == looks[0] for look in looks)
    assert len(looks[0]) == 4


def test_both_paths_lead_to_the_same_invoices(world):
    sid = invoices(world)[0]["invoice_sid"]
    assert world.get(f"/billing/invoices/{sid}").json() == world.get(f"/invoices/{sid}").json()
    assert world.get("/billing/invoices").json()["items"] == world.get("/invoices").json()["items"]
    link = world.get("/billing/invoices", limit=1).json()["pagination"]["next"]
    assert link == f"{world.core['url']}/billing/invoices?limit=1&offset=1"


def test_an_invoice_can_be_shown_with_its_partner(world):
    sid = invoices(world)[0]["invoice_sid"]
    told = world.get(f"/invoices/{sid}", with_related="true").json()
    assert told["partner"]["partner_sid"] == told["partner_sid"]
    assert "partner" not in world.get(f"/invoices/{sid}").json()


def test_a_sub_partner_sees_only_its_own(world):
    held = {each["partner_sid"] for each in invoices(world, filter="")}
    partner = next(sid for sid in held if sid != world.core["partner_sid"])
    client = {name: world.core[name] for name in ("client_id", "client_secret")}
    token = world.request("POST", f"/oauth/token/{partner}", data=client).json()["access_token"]
    theirs = world.request("GET", "/invoices?limit=1000", headers={"Authorization": f"Bearer {token}"}).json()
    sids = {each["partner_sid"] for each in theirs["items"]}
    assert partner in sids
    assert world.core["partner_sid"] not in sids
    own = invoices(world)[0]["invoice_sid"]
    refused = world.request("GET", f"/invoices/{own}.pdf", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 404


def test_html_shows_the_figures(world):
    told = invoices(world)[1]
    answer = world.get(f"/invoices/{told['invoice_sid']}.html")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    for value in (told["amount"], told["amount_tax"], told["display_id"], "CarrierX Main, Inc."):
        assert f">{value}<" in answer.text or value in answer.text
    assert answer.text.count("<tr>") == 1 + len(told["invoice_items"]) + len(told["tax_items"])


def test_html_is_safe_whatever_the_partner_is_called(world):
    world.patch(f"/partners/{world.core['partner_sid']}", {"company_name": "<script>alert(1)</script>"})
    answer = world.get(f"/invoices/{invoices(world)[0]['invoice_sid']}.html")
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_pdf_is_whole_and_its_table_of_objects_true(world):
    world.patch(f"/partners/{world.core['partner_sid']}", {"company_name": r"Brackets (and \) Café"})
    content = world.get(f"/billing/invoices/{invoices(world)[1]['invoice_sid']}.pdf").content
    assert content.startswith(b"%PDF-1.4\n")
    assert content.endswith(b"%%EOF\n")
    start = int(re.search(rb"startxref\n(\d+)\n", content)[1])
    assert content[start:].startswith(b"xref\n")
    places = [int(each) for each in re.findall(rb"^(\d{10}) 00000 n $", content[start:], re.MULTILINE)]
    for number, place in enumerate(places, 1):
        assert content[place:].startswith(b"%d 0 obj\n" % number)
    stream = re.search(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", content, re.DOTALL)
    assert len(stream[2]) == int(stream[1])
    assert r"Brackets \(and \\\) Café".encode("latin-1") in stream[2]


@pytest.mark.parametrize(("paper", "start"), [("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF-1.4")])
def test_an_invoice_by_e_mail_is_put_into_the_outbox(world, either_sandbox, paper, start):
    sid = invoices(world)[0]["invoice_sid"]
    outbox = either_sandbox.data_dir / "outbox"
    before = set(outbox.glob("*.eml"))
    form = "emails=john.doe%40mail.com%2Cann%40example.org"
    answer = world.request("POST", f"/invoices/{sid}.{paper}/emails", data=form, headers=FORM)
    assert (answer.status_code, answer.content) == (204, b"")
    (path,) = set(outbox.glob("*.eml")) - before
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert [each.addr_spec for each in message["To"].addresses] == ["john.doe@mail.com", "ann@example.org"]
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == f"invoice_004.{paper}"
    content = attachment.get_content()
    assert (content.encode() if isinstance(content, str) else content).startswith(start)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("", 400),
        ("emails=", 400),
        ("emails=nobody", 422),
        ("emails=a%40b.example%0aBcc%3Ax%40y.example", 422),
    ],
)
def test_e_mail_needs_addresses(world, form, status):
    sid = invoices(world)[0]["invoice_sid"]
    answer = world.request("POST", f"/invoices/{sid}.pdf/emails", data=form, headers=FORM)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, "emails")


def test_e_mail_takes_a_form_only(world):
    sid = invoices(world)[0]["invoice_sid"]
    assert world.post(f"/invoices/{sid}.pdf/emails", {"emails": "a@b.example"}).status_code == 415


@pytest.mark.parametrize("path", ["/invoices/none", "/invoices/none.html", "/invoices/none.pdf"])
def test_an_unknown_invoice_is_not_found(world, path):
    assert world.get(path).status_code == 404


def test_without_its_scope_no_invoice_is_shown(world):
    sid = invoices(world)[0]["invoice_sid"]
    world.set(scopes=["phonenumber.manage"])
    for path in ("/invoices", f"/invoices/{sid}", f"/billing/invoices/{sid}.pdf"):
        assert world.get(path).status_code == 403
