"""What is known of a cool-off before anyone tries."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from numbers.models import CoolOff
from numbers.services import cooloff
from numbers.services.cooloff import note_last_call, sync_calls
from portal.core_api.errors import CoreApiError
from portal.models import Beat
from tests.moves import FREE, ago


def test_call_records_keep_the_forecast_in_step(mirror, assigned):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=1)})
    sync_calls()
    assert CoolOff.objects.get(pk=FREE).in_effect


def test_fifteen_days_are_fifteen_days_also_when_the_clocks_change(mirror, assigned):
    chicago = ZoneInfo("America/Chicago")
    for called in (datetime(2026, 10, 25, 9, tzinfo=chicago), datetime(2027, 3, 7, 9, tzinfo=chicago)):
        noted = note_last_call(FREE, called)
        assert (noted.until - called.astimezone(UTC)).total_seconds() == 15 * 86_400
        CoolOff.objects.all().delete()


def test_calls_during_a_standstill_are_read_though_one_number_was_looked_at_since(mirror, assigned):
    sync_calls()
    Beat.objects.filter(name="mirror:calls").update(at=timezone.now() - timedelta(hours=5))
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(hours=3)})
    note_last_call("12125550148", timezone.now())  # somebody opened another number's page
    sync_calls()
    assert CoolOff.objects.get(pk=FREE).in_effect


def test_a_pass_that_broke_off_is_made_again(mirror, assigned):
    sync_calls()
    before = Beat.objects.get(name="mirror:calls").at
    mirror.fault("GET", "call_drs", "status", status=503, times=50)
    with pytest.raises(CoreApiError):
        sync_calls()
    assert Beat.objects.get(name="mirror:calls").at == before


def test_nobody_waits_long_for_a_forecast(manager, mirror, assigned, visit, monkeypatch):
    monkeypatch.setattr(cooloff, "PATIENCE", 0.5)
    # Whoever waits three seconds hears the answer; whoever asks again uses up another of the five.
    fault = mirror.fault("GET", "call_drs", "delay", seconds=3, when="before", times=5)
    answer = visit(manager, f"/numbers/{FREE}/unassign/", htmx=True)
    assert "could not be looked up" in answer.text
    assert mirror.left(fault) >= 4
