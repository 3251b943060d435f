"""The cool-off page: who holds what until when, what is planned with it, and a sheet of it all."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from numbers.models import CoolOff, Number, OverrideRequest, UnassignIntent
from partners.models import Partner
from partners.services.family import own_account
from portal.models import AuditEntry
from portal.sheets import cell

URL = "/numbers/cool-offs/"
DAY = timedelta(days=1)


@pytest.fixture
def partners(mirror) -> list[Partner]:
    """Two sub-partners; nothing is in cool-off yet."""
    CoolOff.objects.all().delete()
    return list(Partner.objects.filter(parent_sid=own_account().pk)[:2])


def held(holder: Partner, phonenumber: str, days_left: float = 5) -> CoolOff:
    """A number in its cool-off, as our own tables tell of it: this page asks nobody."""
    now = timezone.now()
    Number.objects.create(
        did_sid=f"did-{phonenumber}",
        phonenumber=phonenumber,
        status="assigned",
        partner_sid=holder.pk,
        payload={"phonenumber": phonenumber, "did_sid": f"did-{phonenumber}"},
        synced_at=now,
    )
    until = now + days_left * DAY
    return CoolOff.objects.create(
        phonenumber=phonenumber, last_call_at=until - 15 * DAY, until=until, checked_at=now
    )


def plan(cool_off: CoolOff, holder: Partner, by: str = "Alex Moreno") -> UnassignIntent:
    return UnassignIntent.objects.create(
        phonenumber=cool_off.phonenumber,
        holder_sid=holder.pk,
        holder_text=holder.name,
        asked_by_text=by,
        due_at=cool_off.until,
        give_up_at=cool_off.until + 60 * DAY,
    )


def ask(cool_off: CoolOff, holder: Partner, reason: str = "The court asked for it") -> OverrideRequest:
    return OverrideRequest.objects.create(
        phonenumber=cool_off.phonenumber,
        holder_sid=holder.pk,
        holder_text=holder.name,
        reason=reason,
        asked_by_text="Alex Moreno",
    )


def order(answer) -> list[str]:
    links = [link.text for link in answer.all("a") if (link.get("href") or "").startswith("/numbers/1516555")]
    return [link for link in links if link]


def sheet(person, query: str = "") -> list[dict[str, str]]:
    response = person.get(f"/numbers/cool-offs.csv{query}")
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def test_every_number_in_cool_off_is_listed_with_holder_and_time_left(staff, partners, visit):
    held(partners[0], "15165550001")
    answer = visit(staff, URL, upstream=0)
    assert "1 number in cool-off" in answer.text
    assert "(516) 555-0001" in answer.text
    assert partners[0].name in answer.text
    assert "4 d 23 h left" in answer.text


def test_what_is_over_or_in_the_parent_pool_is_not_listed(staff, partners, visit):
    held(partners[0], "15165550001", days_left=-1)
    held(own_account(), "15165550002")
    assert "No number is in cool-off" in visit(staff, URL).text


def test_it_can_be_narrowed_to_a_holder_and_sorted(staff, partners, visit):
    one, two = partners
    held(one, "15165550001", 9)
    held(two, "15165550002", 3)
    held(two, "15165550003", 6)
    soonest = ["(516) 555-0002", "(516) 555-0003", "(516) 555-0001"]
    assert order(visit(staff, URL)) == soonest
    assert order(visit(staff, URL, sort="-until")) == soonest[::-1]
    assert order(visit(staff, URL, sort="number")) == sorted(soonest)
    assert order(visit(staff, URL, holder=two.pk)) == soonest[:2]
    by_holder = order(visit(staff, URL, sort="holder"))
    first = one if one.name < two.name else two
    assert by_holder[0] == ("(516) 555-0001" if first == one else "(516) 555-0002")


@pytest.mark.parametrize(
    "query", [{"sort": "evil"}, {"holder": "nobody"}, {"page": "x"}, {"holder": "x" * 900}]
)
def test_a_filter_that_cannot_be_used_is_no_reason_to_fail(staff, partners, visit, query):
    held(partners[0], "15165550001")
    visit(staff, URL, **query)


def test_the_strip_counts_how_many_free_up_in_which_24_hours(staff, partners, visit):
    for position, days in enumerate((0.5, 0.7, 3.5, 14.5)):
        held(partners[0], f"1516555000{position}", days)
    answer = visit(staff, URL)
    table = next(table for table in answer.all("table") if table.get("class") == "sr")
    counts = [int(each.text) for each in table.iter() if each.tag.endswith("}td")]
    assert counts == [2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]


def test_plans_are_shown_and_a_scheduled_unassign_cancelled_from_here(manager, partners, visit):
    cool_off = held(partners[0], "15165550001")
    intent = plan(cool_off, partners[0])
    answer = visit(manager, URL)
    assert "unassign when it ends" in answer.text
    response = manager.post(
        f"/numbers/15165550001/unassign/{intent.id}/cancel/", ticket=answer.value("ticket")
    )
    assert response.status_code == 303
    intent.refresh_from_db()
    assert intent.state == "cancelled"
    assert AuditEntry.objects.get().action == "number.keep"


def test_staff_see_the_plan_but_no_button(staff, partners, visit):
    plan(held(partners[0], "15165550001"), partners[0])
    answer = visit(staff, URL)
    assert "unassign when it ends" in answer.text
    assert "/cancel/" not in answer.html.replace("unassign_cancel", "") or not answer.all(
        "input", name="ticket"
    )


def test_only_an_administrator_is_led_to_the_decision(manager, admin, partners, visit):
    ask(held(partners[0], "15165550001"), partners[0])
    assert "override asked" in visit(manager, URL).text
    assert "Decide" not in visit(manager, URL).text
    assert "Decide" in visit(admin, URL).text


def test_a_page_costs_the_same_however_many_plans_there_are(manager, partners, visit):
    for position in range(40):
        cool_off = held(partners[position % 2], f"151655500{position:02}")
        plan(cool_off, partners[position % 2])
        ask(cool_off, partners[position % 2])
    visit(manager, URL, queries=13)


def test_ten_thousand_rows_stay_a_page_of_fifty(staff, partners, visit):
    now = timezone.now()
    Number.objects.bulk_create(
        Number(
            did_sid=f"did-{n}",
            phonenumber=f"1516{n:07}",
            status="assigned",
            partner_sid=partners[n % 2].pk,
            payload={},
            synced_at=now,
        )
        for n in range(10_000)
    )
    CoolOff.objects.bulk_create(
        CoolOff(phonenumber=f"1516{n:07}", last_call_at=now, until=now + (n % 15 + 0.5) * DAY, checked_at=now)
        for n in range(10_000)
    )
    began = timezone.now()
    answer = visit(staff, URL, sort="holder", page=150)
    assert timezone.now() - began < timedelta(seconds=2)
    assert "10,000 numbers in cool-off" in answer.text
    assert len(order(answer)) <= 50
    assert len(sheet(staff)) == 10_000


def test_the_sheet_has_every_row_with_its_plans(staff, partners):
    cool_off = held(partners[0], "15165550001")
    plan(cool_off, partners[0])
    ask(cool_off, partners[0])
    held(partners[1], "15165550002")
    (row,) = sheet(staff, f"?holder={partners[0].pk}")
    assert row["Number"] == "15165550001"
    assert row["Holder"] == partners[0].name
    assert row["Cool-off until (UTC)"] == cool_off.until.isoformat(timespec="seconds")
    assert (row["Scheduled by"], row["Override asked by"]) == ("Alex Moreno", "Alex Moreno")


def test_what_a_spreadsheet_would_carry_out_is_written_as_text(staff, partners):
    Partner.objects.filter(pk=partners[0].pk).update(name='=HYPERLINK("http://x","y")')
    ask(held(partners[0], "15165550001"), partners[0], reason="+1+1")
    (row,) = sheet(staff)
    assert row["Holder"] == '\'=HYPERLINK("http://x","y")'
    assert row["Because"] == "'+1+1"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1", "\r=1"])
def test_every_way_to_begin_a_formula_is_defused(text):
    assert cell(text) == f"'{text}"


def test_a_stranger_to_every_role_sees_nothing(client, db):
    client.force_login(User.objects.create_user("newcomer"))
    assert client.get("/numbers/cool-offs.csv").status_code == 403
