"""What is kept for a while: asked for once by all together, and true about why it is not newer."""

import threading
import time

import pytest
from django.core.cache import cache
from django.db import connection

from portal.core_api.errors import Unavailable
from portal.freshness import keep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


def fail() -> str:
    raise Unavailable("The carrier is silent.")


def test_who_waited_for_an_answer_gets_it_though_one_failed_a_moment_before():
    with pytest.raises(Unavailable):
        keep("countries", fail, fresh_for=60, keep_for=60)
    asked, answered = threading.Event(), []

    def slowly() -> str:
        asked.set()
        time.sleep(0.2)
        return "all of them"

    def ask() -> None:
        try:
            answered.append(keep("countries", slowly, fresh_for=60, keep_for=60).value)
        finally:
            connection.close()

    first = threading.Thread(target=ask)
    first.start()
    asked.wait(5)
    ask()
    first.join()
    assert answered == ["all of them", "all of them"]
