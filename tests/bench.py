"""`make bench`: what a page costs, measured against the bare upstream call in the same run.

Prints tables in Markdown, for docs/performance.md. Medians; this machine's load cancels out in ratios.
"""

import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests

from tests.desk_server import Desk, hidden
from tests.due_unassigns import carry_out
from tests.sandbox_server import World, start_sandbox

ROUNDS = 60
DUE = 1000
RENTED = "12125550148"
FRESH = "15162065575"
SEARCH = "/numbers/rent/?country=USA&state=NY&search=1"
RESULTS = {"HX-Request": "true", "HX-Target": "results"}


def main() -> None:
    data = Path(tempfile.mkdtemp(prefix="numberdesk-bench-"))
    for name in ("sandbox", "desk"):
        (data / name).mkdir()
    sandbox = start_sandbox(data / "sandbox", inventory="20000")
    try:
        world = sandbox.world(inventory=5000)
        desk = Desk(
            data / "desk",
            world,
            STATICFILES_STORAGE="whitenoise.storage.CompressedManifestStaticFilesStorage",
            SEARCH_FRESH_SECONDS="3600",
        )
        try:
            bench(desk, world)
        finally:
            desk.kill()
        due(data, sandbox.world())
    finally:
        sandbox.stop()
        shutil.rmtree(data, ignore_errors=True)


def bench(desk: Desk, world: World) -> None:
    desk.manage("collectstatic", "--noinput", "-v0")
    desk.manage("clock", "--once")
    desk.start_web(processes=1)
    person = desk.sign_in()
    _table("Time of a search", ("what", "median ms"), times(desk, world, person))
    _table("Cost of a page", ("page", "SQL queries", "upstream calls"), costs(desk, person))
    _table("Bytes over the wire", ("what", "bytes"), sizes(desk, person))


def due(data: Path, world: World) -> None:
    """A thousand scheduled unassigns fall due in the same minute."""
    (data / "due").mkdir()
    desk = Desk(data / "due", world)
    try:
        carried = carry_out(desk, world, DUE, patience=240)
    finally:
        desk.kill()
    twice = sum(count > 1 for count in carried.moves.values())
    rows = [
        ("planned for the same minute", f"{DUE:,}"),
        ("carried out", f"{carried.states['done']:,}"),
        ("moves sent twice (goal: 0)", str(twice)),
        (
            "**seconds in all, one of two workers killed half-way** (goal: at most 120)",
            f"**{carried.seconds:.0f}**",
        ),
    ]
    _table("Unassigns that fall due together", ("what", "figure"), rows)


def times(desk: Desk, world: World, person: requests.Session) -> list[tuple[str, str]]:
    """A search nobody asked before, the same asked again, and the page without a search, in turns."""
    upstream, portal, cached, empty = [], [], [], []
    core = world.core["url"] + "/phonenumber/available_dids"
    person.get(desk.url + SEARCH, headers=RESULTS)
    for round_ in range(ROUNDS):
        digits = f"{round_ + 10}"
        where = f'country_code eq "USA" and state eq "NY" and phonenumber like "%{digits}%"'
        asked = {"filter": where, "limit": "25", "order": "phonenumber"}
        upstream.append(_ms(world.session, core, asked))
        portal.append(_ms(person, f"{desk.url}{SEARCH}&digits={digits}"))
        cached.append(_ms(person, desk.url + SEARCH))
        empty.append(_ms(person, f"{desk.url}/numbers/rent/"))
    above = statistics.median(p - u for p, u in zip(portal, upstream, strict=True))
    ratio = statistics.median(cached) / statistics.median(empty)
    return [
        ("the bare upstream call", f"{statistics.median(upstream):.1f}"),
        ("an uncached search through the portal", f"{statistics.median(portal):.1f}"),
        ("**the portal's share of it** (goal: at most 15)", f"**{above:.1f}**"),
        ("a cached search", f"{statistics.median(cached):.1f}"),
        ("the same part without any result", f"{statistics.median(empty):.1f}"),
        ("**cached search ÷ template only** (goal: at most 1.5)", f"**{ratio:.2f}**"),
    ]


def costs(desk: Desk, person: requests.Session) -> list[tuple[str, str, str]]:
    """From the portal's own log lines."""
    part = {"HX-Request": "true"}
    form: dict[str, str] = {"confirm": "on"}

    def get(path: str, **headers: str) -> requests.Response:
        return person.get(desk.url + path, headers=headers)

    def dialog() -> requests.Response:
        answer = get(f"/numbers/{FRESH}/rent/")
        for name in ("csrfmiddlewaretoken", "ticket", "country"):
            form[name] = hidden(answer.text, name)
        return answer

    def rent() -> requests.Response:
        return person.post(f"{desk.url}/numbers/{FRESH}/rent/", form, headers=part | {"Referer": desk.url})

    pages: list[tuple[str, Callable[[], requests.Response]]] = [
        ("home", lambda: get("/")),
        ("list of numbers", lambda: get("/numbers/")),
        ("a number, first paint", lambda: get(f"/numbers/{RENTED}/")),
        ("a number, behind the page", lambda: get(f"/numbers/{RENTED}/refresh/", **part)),
        ("search, cached", lambda: get(SEARCH)),
        ("search, not cached", lambda: get(SEARCH + "&digits=777")),
        ("rent: the dialog's second look", dialog),
        ("rent: the rent itself", rent),
    ]
    rows = []
    for name, ask in pages:
        ask_id = f"bench-{len(rows):04d}"
        person.headers["X-Request-ID"] = ask_id
        answer = ask()
        assert answer.ok, (name, answer.status_code)
        line = _line_of(desk, ask_id)
        rows.append((name, _field(line, "queries"), _field(line, "upstream_calls")))
    return rows


def sizes(desk: Desk, person: requests.Session) -> list[tuple[str, str]]:
    home = person.get(desk.url + "/", headers={"Accept-Encoding": "identity"}).text
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', home))
    first = {"the page": len(_compressed(desk, person, "/"))}
    first |= {path.rsplit("/", 1)[1]: len(_compressed(desk, person, path)) for path in sorted(files)}
    return [
        *((name, f"{size:,}") for name, size in first.items()),
        ("**first load, compressed** (goal: at most 60,000)", f"**{sum(first.values()):,}**"),
        ("a fragment: 25 results, compressed", f"{len(_compressed(desk, person, SEARCH, RESULTS)):,}"),
    ]


def _compressed(
    desk: Desk, person: requests.Session, path: str, headers: dict[str, str] | None = None
) -> bytes:
    """The body as it travels."""
    wanted = {"Accept-Encoding": "br, gzip", **(headers or {})}
    return person.get(desk.url + path, headers=wanted, stream=True).raw.read()


def _ms(session: requests.Session, url: str, params: dict[str, str] | None = None) -> float:
    began = time.perf_counter()
    answer = session.get(url, params=params, headers=RESULTS)
    assert answer.ok, answer.text[:500]
    return (time.perf_counter() - began) * 1000


def _line_of(desk: Desk, request_id: str) -> str:
    return next(
        line for line in desk.log.read_text().splitlines() if request_id in line and "event=request" in line
    )


def _field(line: str, name: str) -> str:
    found = re.search(rf"\b{name}=(\S+)", line)
    return found[1] if found else "0"


def _table(title: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    lines = [head, tuple("---" for _ in head), *rows]
    print(f"\n### {title}\n", *("| " + " | ".join(line) + " |" for line in lines), sep="\n")  # noqa: T201


if __name__ == "__main__":
    main()
