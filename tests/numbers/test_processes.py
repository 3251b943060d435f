"""What must hold when it is not one test client: many people at once, and a process that dies."""

import contextlib
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.desk_server import Desk, hidden

NUMBER = "15162065575"
PATH = f"/numbers/{NUMBER}/rent/"


@pytest.fixture
def desk(world, tmp_path):
    """A factory: `desk(**settings)`; everything it started is gone afterwards."""
    made: list[Desk] = []

    def make(**settings: str) -> Desk:
        made.append(Desk(tmp_path, world, **settings))
        return made[-1]

    yield make
    for one in made:
        one.kill()


def rent_form(desk: Desk, session) -> dict[str, str]:
    page = session.get(desk.url + PATH, timeout=20).text
    names = ("csrfmiddlewaretoken", "ticket", "country")
    return {name: hidden(page, name) for name in names} | {"confirm": "on"}


def rented(world) -> list[dict]:
    return world.get("/phonenumber/dids", filter=f'phonenumber eq "{NUMBER}"').json()["items"]


def test_fifty_people_renting_one_number_end_with_one_rent_and_forty_nine_honest_refusals(desk, world):
    desk = desk()
    desk.start_web(processes=2)
    desk.start_worker()
    desk.start_clock()
    session = desk.sign_in()
    forms = [rent_form(desk, session) for _ in range(50)]
    headers = {"HX-Request": "true", "Referer": desk.url}

    def rent(form: dict[str, str]) -> str:
        return session.post(desk.url + PATH, form, headers=headers, timeout=60).text

    with ThreadPoolExecutor(50) as people:
        answers = list(people.map(rent, forms))

    assert len(rented(world)) == 1
    assert sorted(outcome for _, outcome in desk.entries()) == ["done"] + ["rejected"] * 49
    assert sum("Rented." in answer for answer in answers) == 1
    told = sum("holds it already" in answer or "Taken by someone else" in answer for answer in answers)
    assert told == 49


def test_a_web_process_killed_between_the_answer_and_our_commit_loses_nothing_and_rents_nothing_twice(
    desk, world
):
    desk = desk(UPSTREAM_DEADLINE="6", UPSTREAM_READ_TIMEOUT="6", SETTLE_GRACE="0", LOG_LEVEL="DEBUG")
    desk.start_web(processes=2)
    session = desk.sign_in()
    form = rent_form(desk, session)
    world.fault("POST", "phonenumber/dids", "delay", seconds=3, when="after")
    sender = threading.Thread(target=_ignore_errors, args=(session.post, desk.url + PATH, form, desk.url))
    sender.start()
    _wait(lambda: rented(world))  # upstream has committed and is holding its answer back
    with contextlib.closing(sqlite3.connect(desk.database, isolation_level=None, timeout=10)) as database:
        database.execute("BEGIN IMMEDIATE")  # our commit has to wait from now on
        _wait(lambda: r"POST /core/v2/phonenumber/dids HTTP/1.1\" 200" in desk.log.read_text())
        desk.kill()  # the answer has come; the web process wants to write it down
    sender.join()
    assert desk.entries() == [(NUMBER, "open")]

    _wait(
        lambda: desk.manage("clock", "--once") is not None and desk.entries() == [(NUMBER, "done")], pause=1
    )
    assert len(rented(world)) == 1
    assert len(world.requests(method="POST", path="phonenumber/dids")) == 1
    desk.start_web()
    assert "(516) 206-5575" in desk.sign_in().get(f"{desk.url}/numbers/{NUMBER}/", timeout=20).text


def test_a_silent_upstream_leaves_pages_that_do_not_need_it_alone(desk, world):
    desk = desk(UPSTREAM_DEADLINE="12", UPSTREAM_READ_TIMEOUT="12", UPSTREAM_PLACES="6")
    desk.start_web(processes=1)
    session = desk.sign_in()
    session.get(f"{desk.url}/numbers/rent/?state=NY", timeout=20)
    fault = world.fault("GET", "available_dids", "delay", seconds=13, when="before", times=20)

    def search(digits: int) -> int:
        query = {"state": "NY", "search": "1", "digits": str(digits)}
        return session.get(f"{desk.url}/numbers/rent/", params=query, timeout=60).status_code

    with ThreadPoolExecutor(12) as people:
        searches = [people.submit(search, digits) for digits in range(10, 22)]
        _wait(lambda: sum(each.done() for each in searches) == 6)
        assert world.left(fault) == 14  # six wait for the Core API, and the others were told so
        for path in ("/healthz", "/numbers/"):
            assert session.get(desk.url + path, timeout=30).status_code == 200
        assert sum(each.done() for each in searches) == 6  # neither page waited for one of them to end
        assert {each.result() for each in searches} <= {503, 504}


def _ignore_errors(post, url: str, form: dict[str, str], referer: str) -> None:
    with contextlib.suppress(OSError):  # its server is killed, as planned
        post(url, form, headers={"HX-Request": "true", "Referer": referer}, timeout=60)


def _wait(condition, *, pause: float = 0.05, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to that in time"
        time.sleep(pause)
