"""What a fresh sandbox holds. Made by its own commands in its own process; read from its database."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
import zipcodes

from tests.sandbox.seeded import STOCK, Seeded, manage


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    found = Seeded(tmp_path_factory.mktemp("seeded"))
    yield found
    found.connection.close()


UNION = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
BIG = "CN IN ID BR PK NG BD RU MX JP PH VN EG TR GB ZA KR"
RENTABLE_US = "status = 'available' AND NOT external AND country_code = 'USA' AND state IS NOT NULL"
RENTABLE_OWN = "status = 'available' AND NOT external"


def test_the_inventory_is_exactly_as_large_as_asked_for(seeded: Seeded) -> None:
    assert len(seeded.numbers("default", RENTABLE_US)) == STOCK
    assert len(seeded.numbers("few", RENTABLE_US)) == 20


def test_every_state_and_every_area_code_has_stock_and_the_biggest_have_most(seeded: Seeded) -> None:
    stock = seeded.numbers("default", RENTABLE_US)
    areas = {row["npa"]: row["state"] for row in seeded.rows("SELECT npa, state FROM sandbox_area")}
    assert len(set(areas.values())) == 51
    assert len(areas) > 340
    assert {(row["npa"], row["state"]) for row in stock} == set(areas.items())
    by_state = Counter(row["state"] for row in stock).most_common()
    assert {state for state, _count in by_state[:4]} == {"CA", "TX", "NY", "FL"}


@pytest.mark.parametrize(
    ("npa", "state"),
    [
        ("201", "NJ"), ("203", "CT"), ("718", "NY"), ("202", "DC"), ("206", "WA"), ("907", "AK"),
        ("808", "HI"), ("329", "NY"), ("213", "CA"), ("307", "WY"),
    ],
)  # fmt: skip
def test_an_area_code_is_in_its_state(seeded: Seeded, npa: str, state: str) -> None:
    assert seeded.rows("SELECT state FROM sandbox_area WHERE npa = ?", npa)[0]["state"] == state


def test_area_codes_outside_the_states_and_without_a_place_are_left_out(seeded: Seeded) -> None:
    assert not seeded.rows(
        "SELECT npa FROM sandbox_area WHERE npa IN ('416', '787', '242', '800', '900', '500')"
    )


def test_localities_belong_to_their_state(seeded: Seeded) -> None:
    """Held against the postal list: its cities, and the box around each state's ZIP codes."""
    cities, box = set(), defaultdict(lambda: (90.0, -90.0, 180.0, -180.0))
    for town in zipcodes.list_all():
        lat, lng, state = float(town["lat"]), float(town["long"]), town["state"]
        cities.add((town["city"].upper(), state))
        if lat and lng:
            south, north, west, east = box[state]
            box[state] = (min(south, lat), max(north, lat), min(west, lng), max(east, lng))
    stock = seeded.numbers("default", RENTABLE_US)
    assert all(row["locality"] and row["locality"] == row["locality"].upper() for row in stock)
    for row in stock:
        south, north, west, east = box[row["state"]]
        assert south <= row["lat"] <= north, dict(row)
        assert west <= row["lng"] <= east, dict(row)
    known = sum((row["locality"], row["state"]) in cities for row in stock)
    assert known / len(stock) > 0.9  # the rest are shortened names, and places without a ZIP code


def test_numbers_of_an_exchange_come_several_together(seeded: Seeded) -> None:
    sizes = Counter(row["npa_nxx"] for row in seeded.numbers("default", RENTABLE_US)).values()
    assert sum(sizes) / len(sizes) > 4


def test_every_number_is_valid_and_written_as_its_country_writes_it(seeded: Seeded) -> None:
    style = phonenumbers.PhoneNumberFormat
    for row in (*seeded.numbers("default"), *seeded.numbers("small")):
        number = phonenumbers.parse(f"+{row['phonenumber']}")
        assert phonenumbers.is_valid_number(number), row["phonenumber"]
        assert row["international_format"] == phonenumbers.format_number(number, style.INTERNATIONAL)
        assert row["in_country_format"] == phonenumbers.format_number(number, style.NATIONAL)


def test_rentable_numbers_avoid_exchanges_nobody_can_ring(seeded: Seeded) -> None:
    for row in seeded.numbers("default", RENTABLE_US):
        assert row["phonenumber"][4:7] not in ("555", "950")
        assert row["phonenumber"][5:7] != "11"


def test_capabilities_and_prices_vary(seeded: Seeded) -> None:
    stock = seeded.numbers("default", RENTABLE_US)
    assert {row["capabilities"] for row in stock} == {4, 5, 7, 28, 31}
    prices = Counter(row["price"] for row in stock)
    assert {0.6, 0.75, 0.95} == set(prices)
    assert prices[0.6] > STOCK * 0.9
    assert all(row["active_capabilities"] == row["capabilities"] & 4 for row in stock)


def test_eight_other_countries_have_numbers_of_their_own(seeded: Seeded) -> None:
    abroad = Counter(row["country_code"] for row in seeded.numbers("default", RENTABLE_OWN))
    assert set(abroad) == {"USA", "SWE", "GBR", "DEU", "FRA", "CAN", "MEX", "AUS", "NLD"}
    canadian = seeded.numbers("default", "country_code = 'CAN'")
    assert all(row["npa"] and row["state"] is None for row in canadian)
    assert all(row["npa"] is None for row in seeded.numbers("default", "country_code = 'SWE'"))


def test_toll_free_numbers_have_no_state_and_no_place(seeded: Seeded) -> None:
    found = seeded.numbers("default", f"{RENTABLE_OWN} AND country_code = 'USA' AND state IS NULL")
    assert {row["npa"] for row in found} == {"800", "833", "844", "855", "866", "877", "888"}
    assert all(row["locality"] is None and row["lat"] is None and row["capabilities"] == 4 for row in found)


def test_the_external_pool_has_orders_of_both_kinds(seeded: Seeded) -> None:
    pool = seeded.numbers("default", "external AND status = 'available'")
    assert {"SWE", "GBR", "DEU", "NOR"} <= {row["country_code"] for row in pool}
    swedish = {row["phonenumber"]: row["order_pending"] for row in pool if row["country_code"] == "SWE"}
    assert swedish["46501818082"] == 1
    assert set(swedish.values()) == {0, 1}


def comparable(rows: list[sqlite3.Row]) -> list[tuple[Any, ...]]:
    """What must be the same each time: everything but identifiers and moments."""
    names = (
        "phonenumber", "state", "locality", "country_code", "price", "capabilities", "active_capabilities",
        "status", "external", "order_pending", "name", "callback_url", "string_key_1", "lat", "lng", "lata",
        "ocn",
    )  # fmt: skip
    return [tuple(row[name] for name in names) for row in rows]


@pytest.mark.parametrize(("one", "other"), [("default", "again"), ("small", "small-2")])
def test_the_same_inventory_is_the_same_numbers_with_other_identifiers(
    seeded: Seeded, one: str, other: str
) -> None:
    assert comparable(seeded.numbers(one)) == comparable(seeded.numbers(other))
    sids = [{row["did_sid"] for row in seeded.numbers(world)} for world in (one, other)]
    assert not sids[0] & sids[1]


def test_every_world_has_credentials_of_its_own(seeded: Seeded) -> None:
    worlds = seeded.rows("SELECT credentials, client_id, client_secret FROM sandbox_world")
    every = [value for row in worlds for value in json.loads(row["credentials"]).values()]
    every += [row[name] for row in worlds for name in ("client_id", "client_secret")]
    assert len(worlds) == 6
    assert len(every) == len(set(every)) == 6 * 9


def test_the_main_partner_may_do_what_a_master_needs(seeded: Seeded) -> None:
    scopes = json.loads(seeded.partners("small")["CarrierX Main"]["available_scopes"])
    assert {"phonenumber.manage", "partners.manage", "partners.create", "batch.manage"} <= set(scopes)
    token = seeded.rows(
        "SELECT token.* FROM sandbox_token token JOIN sandbox_world world ON world.id = token.world_id"
        " WHERE world.key = 'small' AND access_token = json_extract(world.credentials, '$.token')"
    )[0]
    assert token["name"] == "portal"
    assert json.loads(token["scopes"]) == scopes


@pytest.mark.parametrize("world", ["small", "default"])
def test_tokens_are_of_all_kinds_and_each_as_old_as_its_use_says(seeded: Seeded, world: str) -> None:
    days = {
        name: f"julianday(token.{column}) - julianday(world.created)"
        for name, column in (
            ("issued", "date_created"),
            ("used", "date_last_accessed"),
            ("ends", "date_expiration_access_token"),
        )
    }
    columns = ", ".join(f"{sql} AS {name}" for name, sql in days.items())
    tokens = seeded.rows(
        f"SELECT {columns}, ip_last_accessed FROM sandbox_token token"  # noqa: S608
        " JOIN sandbox_world world ON world.id = token.world_id WHERE world.key = ?",
        world,
    )
    assert all(token["issued"] < (token["used"] or 0) < 1 for token in tokens)
    assert all((token["used"] is None) == (token["ip_last_accessed"] is None) for token in tokens)
    assert [token for token in tokens if token["used"] and token["used"] > -2]
    assert [token for token in tokens if token["used"] and -201 < token["used"] < -199]
    assert [token for token in tokens if 0 < token["ends"] < 14]
    assert 1 <= len([token for token in tokens if token["ends"] > 20 * 365]) < len(tokens)


def test_a_small_world_has_the_numbers_everybody_counts_on(seeded: Seeded) -> None:
    rentable = {row["phonenumber"]: row for row in seeded.numbers("small", RENTABLE_OWN)}
    for line in (5573, 5575, 5581, 5604, 5617, 5622, 5630):
        assert rentable[f"1516206{line}"]["locality"] == "GARDEN CITY"
    assert rentable["15162065604"]["capabilities"] == 4
    assert (rentable["15162065630"]["price"], rentable["15162065630"]["capabilities"]) == (0.95, 31)
    assert Counter(row["npa"] or row["country_code"] for row in rentable.values()) == {
        "516": 37, "212": 20, "415": 20, "213": 20, "512": 20, "305": 10, "SWE": 10, "GBR": 10,
    }  # fmt: skip
    external = Counter(row["country_code"] for row in seeded.numbers("small", "external"))
    assert external == {"SWE": 6, "DEU": 6}


def test_a_small_world_has_a_few_people_and_what_they_hold(seeded: Seeded) -> None:
    people = seeded.partners("small")
    main = people["CarrierX Main"]["partner_sid"]
    northwind = people["Northwind Logistics"]["partner_sid"]
    assert {name: each["parent_sid"] for name, each in people.items()} == {
        "CarrierX Main": None, "Northwind Logistics": main, "Harbor Dental": main, "Northwind Cold Chain":
        northwind,
    }  # fmt: skip
    held = {row["phonenumber"]: row for row in seeded.numbers("small", "partner_sid IS NOT NULL")}
    assert Counter(row["partner_sid"] == main for row in held.values()) == {True: 10, False: 4}
    assert held["12125550148"]["name"] == "Support"
    assert held["12125550148"]["trunk_group_sid"]
    assert held["14155550119"]["partner_sid"] == main
    assert [row["partner_sid"] for row in seeded.numbers("small", "status = 'aging'")] == [None]
    groups = seeded.rows("SELECT name FROM sandbox_trunkgroup WHERE partner_sid = ?", main)
    assert sorted(row["name"] for row in groups) == ["East", "Failover east", "West"]
    assert len(seeded.rows("SELECT 1 FROM sandbox_didgroup WHERE partner_sid = ?", main)) == 2


def test_an_empty_world_has_people_and_no_numbers(seeded: Seeded) -> None:
    assert seeded.numbers("empty") == []
    assert set(seeded.partners("empty")) == set(seeded.partners("small"))


def test_the_default_world_has_twelve_sub_partners_in_two_levels(seeded: Seeded) -> None:
    people = seeded.partners("default")
    main = people.pop("CarrierX Main")["partner_sid"]
    levels = Counter(each["parent_sid"] == main for each in people.values())
    assert levels == {True: 8, False: 4}
    assert {each["parent_sid"] for each in people.values()} - {main} <= {
        each["partner_sid"] for each in people.values()
    }
    assert Counter(each["status"] for each in people.values()) == {"active": 11, "suspended": 1}


def test_accounts_of_the_number_api_are_one_master_and_a_sub_account_each(seeded: Seeded) -> None:
    keys = seeded.rows(
        "SELECT key.auth_id, key.is_admin, partner.parent_sid FROM sandbox_accountkey key"
        " JOIN sandbox_partner partner ON partner.partner_sid = key.partner_sid"
        " JOIN sandbox_world world ON world.id = partner.world_id WHERE world.key = 'default'"
    )
    kinds = Counter((row["auth_id"][:3], row["is_admin"], row["parent_sid"] is None) for row in keys)
    assert kinds == {("MA_", 0, True): 1, ("MA_", 1, True): 1, ("SA_", 0, False): 12}


def test_everybody_in_the_default_world_holds_numbers_of_all_kinds(seeded: Seeded) -> None:
    held = seeded.numbers("default", "status = 'assigned'")
    assert len(held) >= 200
    assert len({row["partner_sid"] for row in held}) == 13
    for name in ("trunk_group_sid", "did_group_sid", "callback_url", "string_key_1", "string_key_2"):
        assert 0 < sum(row[name] is not None for row in held) < len(held), name
    messaging = [row for row in held if row["active_capabilities"] == row["capabilities"] != 4]
    assert 0 < len(messaging) < len(held)
    assert len(seeded.numbers("default", "status = 'aging' AND due_at IS NOT NULL")) >= 5
    pending = seeded.numbers("default", "status = 'pending_assignment' AND due_at IS NOT NULL AND external")
    assert len(pending) == 2


def test_the_groups_a_number_points_at_are_its_holders(seeded: Seeded) -> None:
    strangers = seeded.rows(
        "SELECT did.phonenumber FROM sandbox_did did"
        " LEFT JOIN sandbox_trunkgroup trunks ON trunks.trunk_group_sid = did.trunk_group_sid"
        " LEFT JOIN sandbox_didgroup dids ON dids.did_group_sid = did.did_group_sid"
        " WHERE trunks.partner_sid <> did.partner_sid OR dids.partner_sid <> did.partner_sid"
    )
    assert strangers == []


def test_the_last_call_is_the_end_of_the_newest_call_record(seeded: Seeded) -> None:
    wrong = seeded.rows(
        "SELECT did.phonenumber FROM sandbox_did did"
        " LEFT JOIN (SELECT did_sid, max(date_stop) newest FROM sandbox_callrecord GROUP BY did_sid) calls"
        " ON calls.did_sid = did.did_sid WHERE did.last_call_at IS NOT calls.newest"
    )
    assert wrong == []


def test_some_held_numbers_cool_off_some_were_used_long_ago_some_never(seeded: Seeded) -> None:
    ages = seeded.rows(
        "SELECT julianday('now') - julianday(last_call_at) days FROM sandbox_did did"
        " JOIN sandbox_world world ON world.id = did.world_id"
        " WHERE world.key = 'default' AND status = 'assigned'"
    )
    days = [row["days"] for row in ages]
    assert sum(each is None for each in days) > 20
    assert sum(each is not None and each < 15 for each in days) > 20
    assert sum(each is not None and each > 15 for each in days) > 20
    assert max(each for each in days if each is not None) < 91


def test_history_ends_with_the_status_a_number_has(seeded: Seeded) -> None:
    wrong = seeded.rows(
        "SELECT did.phonenumber FROM sandbox_did did WHERE did.status <> 'available' AND did.status IS NOT"
        " (SELECT status FROM sandbox_statuschange WHERE did_sid = did.did_sid"
        " ORDER BY date_changed DESC LIMIT 1)"
    )
    assert wrong == []


def test_a_second_seed_changes_nothing(seeded: Seeded) -> None:
    before = comparable(seeded.numbers("default"))
    again = manage(seeded.data_dir, "seed", "--inventory", "50")
    quiet = manage(seeded.data_dir, "seed", "--if-missing")
    assert (again.returncode, quiet.returncode) == (0, 0)
    assert "nothing was changed" in again.stdout
    assert quiet.stdout == ""
    assert comparable(seeded.numbers("default")) == before


def test_the_progress_is_a_few_lines_when_nobody_watches_a_terminal(seeded: Seeded) -> None:
    lines = seeded.first.stdout.splitlines()
    assert lines[0] == "Reading the map: area codes, exchanges, ZIP codes"
    assert lines[-1].startswith("Stocking numbers: ")
    done, total = lines[-1].removeprefix("Stocking numbers: ").split(" of ")
    assert done == total == f"{len(seeded.numbers('default', RENTABLE_OWN)):,}"
    assert "\r" not in seeded.first.stdout


def test_seeding_without_tables_says_what_to_do(tmp_path: Path) -> None:
    refused = manage(tmp_path, "seed")
    assert refused.returncode == 1
    assert "manage.py sandbox migrate" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_inventory_nobody_can_have_is_refused_in_words(seeded: Seeded, tmp_path: Path) -> None:
    refused = manage(tmp_path, "seed", "--inventory", "lots")
    assert refused.returncode == 2
    assert "'lots' is no inventory" in refused.stderr
    told = seeded.told["refused"]
    assert len(told) == 4
    assert all("whole number" in each for each in told[:3])
    assert "smaller inventory" in told[3]


def test_a_world_whose_making_is_cut_short_leaves_nothing(seeded: Seeded) -> None:
    assert seeded.told["left"] == 0
    assert seeded.rows("SELECT key FROM sandbox_world WHERE key LIKE 'unfinished%'") == []


def test_a_small_world_costs_few_statements_and_none_of_the_big_tables(seeded: Seeded) -> None:
    assert seeded.told["queries"] <= 40
    assert seeded.told["loaded"] == []


def distance(one: list[float], other: tuple[float, float]) -> float:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def test_places_are_where_they_are(seeded: Seeded) -> None:
    near = seeded.told["near"]
    assert distance(near["zip:10025"], (40.798, -73.968)) < 0.02
    assert distance(near["npa:516"], (40.73, -73.6)) < 0.15
    assert distance(near["npa:329"], (41.6, -74.1)) < 0.5  # newer than the list of ZIP codes
    assert near["npa:999"] is None


def test_countries_of_the_numbering_plan_the_european_union_and_the_big_ones_are_known(
    seeded: Seeded,
) -> None:
    known = {each["iso_3166_alpha_2"] for each in seeded.told["countries"]}
    plan = set(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1])
    assert plan - known == set()
    assert {*UNION.split(), *BIG.split()} - known == set()


def test_countries_agree_with_the_numbering_plans(seeded: Seeded) -> None:
    countries = seeded.told["countries"]
    for each in countries:
        code = str(phonenumbers.country_code_for_region(each["iso_3166_alpha_2"]))
        prefix = each["dialing_prefix"]
        assert prefix == code or (code == "1" and prefix.startswith("1")), each
    for name in ("iso_3166_alpha_2", "iso_3166_alpha_3", "iso_3166_numeric", "common_name", "domain"):
        assert len({each[name] for each in countries}) == len(countries) > 60
    (usa,) = [each for each in countries if each["iso_3166_alpha_3"] == "USA"]
    assert (usa["mcc"], usa["subregion"]) == ("310,311,312,313,316", "Northern America")
