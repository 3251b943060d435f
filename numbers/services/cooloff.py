"""What we know about the cool-off of numbers: forecast from call records, corrected by refusals."""

from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from numbers.models import CoolOff, Number
from numbers.models.cooloff import COOL_OFF
from portal.core_api.calls import CallRecord
from portal.core_api.errors import CoreApiError
from portal.core_api.filters import F
from portal.models import Beat
from portal.upstream import core_api

CALLS, UPSTREAM = "calls", "upstream"
READ_UNTIL = "mirror:calls"  # since when call records were not read yet
CHUNK = 1_000
PATIENCE = 3.0  # seconds
OVERLAP = timedelta(minutes=10)  # records may come in a little late; reading some twice does no harm


def cool_off_now(phonenumber: str) -> CoolOff:
    """The forecast for one number, from its last call as upstream knows it now.

    Raises `CoreApiError`, after a few seconds at most: a person waits for it, and it is only a forecast.
    """
    record = core_api(patience=PATIENCE).calls.last(phonenumber)
    return note_last_call(phonenumber, record.ended if record else None)


def latest_cool_off(phonenumber: str) -> CoolOff | None:
    """The forecast as upstream knows it now, or what is known here when it does not answer."""
    try:
        return cool_off_now(phonenumber)
    except CoreApiError:
        return known_cool_off(phonenumber)


def known_cool_off(phonenumber: str) -> CoolOff | None:
    """What was known when last looked; no upstream call."""
    return CoolOff.objects.filter(pk=phonenumber).first()


def note_last_call(phonenumber: str, at: datetime | None) -> CoolOff:
    """Keep that the last call ended at `at` (aware; None: never called).

    Upstream's own figure stays as long as no later call is seen.
    """
    at = at and at.astimezone(UTC)  # fifteen days are so many seconds, whatever clocks on walls do
    with transaction.atomic():
        CoolOff.objects.get_or_create(pk=phonenumber, defaults={"checked_at": timezone.now()})
        kept = CoolOff.objects.select_for_update().get(pk=phonenumber)
        told = kept.told_by == UPSTREAM and kept.last_call_at is not None
        if not told or (at is not None and at > kept.last_call_at):
            kept.last_call_at, kept.until = at, at + COOL_OFF if at else None
            kept.told_by = CALLS
        kept.checked_at = timezone.now()
        kept.save()
    return kept


def note_refusal(phonenumber: str, until: datetime) -> CoolOff:
    """Keep what upstream said when it refused an unassign; it wins over our forecast."""
    kept, _ = CoolOff.objects.update_or_create(
        phonenumber=phonenumber,
        defaults={
            "until": until,
            "last_call_at": until - COOL_OFF,
            "told_by": UPSTREAM,
            "checked_at": timezone.now(),
        },
    )
    return kept


def sync_calls() -> int:
    """Read the call records since the last time and note the last call of each of our numbers.

    Returns how many records were read. Raises `CoreApiError`; what was noted until then stays.
    """
    started = timezone.now()
    read_until = Beat.objects.filter(name=READ_UNTIL).values_list("at", flat=True).first()
    since = max(read_until or started - COOL_OFF, started - COOL_OFF) - OVERLAP
    last: dict[str, datetime] = {}
    read = 0
    records = core_api().calls.iterate(F("date_stop") >= since)
    for record in records:
        read += 1
        for phonenumber in _numbers_of(record):
            last.setdefault(phonenumber, record.ended)  # the newest come first
    called = iter(last.items())
    while some := dict(islice(called, CHUNK)):
        _note_last_calls(some)
    if records.complete:
        Beat.objects.update_or_create(name=READ_UNTIL, defaults={"at": started})
    return read


def _note_last_calls(last: dict[str, datetime]) -> None:
    """Those of them that are calls of our numbers and that we did not know of."""
    ours = Number.objects.filter(phonenumber__in=last).values_list("phonenumber", flat=True)
    known = dict(CoolOff.objects.filter(pk__in=last).values_list("phonenumber", "last_call_at"))
    for phonenumber in ours:
        if known.get(phonenumber) is None or last[phonenumber] > known[phonenumber]:
            note_last_call(phonenumber, last[phonenumber])


def _numbers_of(record: CallRecord) -> set[str]:
    return {number.lstrip("+") for number in (record.number_src, record.number_dst) if number}
