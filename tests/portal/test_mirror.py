"""The mirror believes the latest answer, whoever writes it down first."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from numbers.models import TrunkGroup
from portal.core_api.types import TrunkGroup as UpstreamTrunkGroup
from portal.models import Departed

SID = "trunk-group-1"


def seen(name: str) -> list[UpstreamTrunkGroup]:
    return [UpstreamTrunkGroup.parse({"trunk_group_sid": SID, "name": name})]


def name() -> str:
    return TrunkGroup.objects.get(pk=SID).name


@pytest.mark.django_db
def test_an_older_answer_does_not_overwrite_a_later_one():
    now = timezone.now()
    TrunkGroup.upsert(seen("later"), as_of=now)
    TrunkGroup.upsert(seen("older"), as_of=now - timedelta(seconds=1))
    assert name() == "later"


@pytest.mark.django_db
def test_what_a_complete_pass_did_not_see_is_not_brought_back_by_an_older_look():
    before, began = timezone.now() - timedelta(seconds=5), timezone.now()
    TrunkGroup.upsert(seen("there"), as_of=before)
    TrunkGroup.forget_unseen(began)
    TrunkGroup.upsert(seen("there"), as_of=before)
    assert not TrunkGroup.objects.exists()


@pytest.mark.django_db
def test_the_latest_time_something_was_gone_counts():
    now = timezone.now()
    TrunkGroup.forget([SID], as_of=now)
    TrunkGroup.forget([SID], as_of=now - timedelta(seconds=5))
    assert Departed.objects.get().at == now
    TrunkGroup.upsert(seen("back"), as_of=now + timedelta(seconds=1))
    assert name() == "back"


@pytest.mark.django_db(transaction=True)
def test_an_older_answer_waits_for_a_later_one_that_is_being_written():
    now = timezone.now()
    TrunkGroup.upsert(seen("first"), as_of=now - timedelta(seconds=10))
    older = threading.Thread(target=_write, args=("older", now - timedelta(seconds=5)))
    with transaction.atomic():
        TrunkGroup.upsert(seen("later"), as_of=now)
        older.start()
        older.join(0.5)
    older.join(10)
    assert name() == "later"


def _write(name: str, as_of) -> None:
    try:
        TrunkGroup.upsert(seen(name), as_of=as_of)
    finally:
        connection.close()
