"""The result filter: every operator, every kind of value, every way to write it wrong."""

import pytest

A, B, C, D = "12125550101", "12125550102", "13055550103", "46855500104"


@pytest.fixture
def shelf(either_sandbox):
    """A world with four numbers that differ in every respect."""
    world = either_sandbox.world(inventory="empty")
    world.add_numbers(
        {"phonenumber": A, "state": "NY", "locality": "NEW YORK", "price": "0.6", "capabilities": 7},
        {"phonenumber": B, "state": "NY", "locality": "Great_Neck", "price": "10", "capabilities": 31},
        {
            "phonenumber": C,
            "state": "FL",
            "locality": "MIAMI (SOUTH), DADE",
            "price": "9.5",
            "capabilities": 4,
        },
        {"phonenumber": D, "country_code": "SWE", "price": "0.60", "capabilities": 3},
    )
    return world


def found(world, text, path="/phonenumber/available_dids"):
    answer = world.get(path, filter=text, order="phonenumber", limit=100)
    assert answer.status_code == 200, answer.text
    return [item["phonenumber"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("state eq NY", [A, B]),
        ('state eq "NY"', [A, B]),
        ("state eq 'NY'", [A, B]),
        ("state eq ny", []),
        ("state ne NY", [C, D]),
        ("state in (NY, FL)", [A, B, C]),
        ("state in (NY,FL)", [A, B, C]),
        ("state in (\"NY\" , 'FL')", [A, B, C]),
        ("state notin (NY)", [C, D]),
        ("state notin (NY, FL)", [D]),
        ("state eq null", [D]),
        ("state ne null", [A, B, C]),
        ('state eq "null"', []),
        ("state gt FL", [A, B]),
        ("phonenumber ge 12125550102", [B, C, D]),
        ('phonenumber gt "12125550102"', [C, D]),
        ("phonenumber le 12125550102", [A, B]),
        ("phonenumber lt 12125550102", [A]),
        ("capabilities eq 31", [B]),
        ("capabilities gt 4", [A, B]),
        ("capabilities bit 4", [A, B, C]),
        ("capabilities bit 3", [A, B, D]),
        ("capabilities bit 16", [B]),
        ("capabilities in (3, 4)", [C, D]),
        ("price eq 0.6", [A, D]),
        ('price eq "0.60"', [A, D]),
        ("price gt 9", [B, C]),
        ("price ge 9.5 and price lt 10", [C]),
        ("phonenumber like %555010%", [A, B, C]),
        ('phonenumber like "1212%"', [A, B]),
        ("phonenumber like %0104", [D]),
        ("phonenumber like 555", []),
        ("locality like NEW%", [A]),
        ("locality like new%", []),
        ("locality ilike new%", [A]),
        ("locality ilike %NECK", [B]),
        ("locality like Great_Neck", [B]),
        ("locality like Great_N%", [B]),
        ("locality like NEW_YORK", []),
        ("locality ilike new_york", []),
        ("locality like [A-Z]%", []),
        ("locality like *", []),
        ("locality like ?IAMI%", []),
        ('locality eq "MIAMI (SOUTH), DADE"', [C]),
        ('locality in ("MIAMI (SOUTH), DADE", MARS)', [C]),
        ('locality eq "NEW YORK" and state eq NY and capabilities bit 1', [A]),
        ("state eq NY AND price EQ 10", [B]),
        ("  state   eq\tNY  ", [A, B]),
        ("npa eq 212", [A, B]),
        ("npa_nxx eq 305555", [C]),
        ("country_code eq SWE", [D]),
        ("status eq available", [A, B, C, D]),
        ("partner_sid eq null", [A, B, C, D]),
        ('state eq "NY" and phonenumber like "%0102%"', [B]),
        ('locality eq "\'; DROP TABLE sandbox_did; --"', []),
        ("name eq %s", []),
        ("name eq {0}", []),
    ],
)
def test_each_filter_finds_exactly_its_numbers(shelf, text, expected):
    assert found(shelf, text) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("colour eq red", "colour"),
        ("provider_sid eq x", "provider_sid"),
        ("price", "operator"),
        ("price is 3", "operator"),
        ("price eq", "value"),
        ("price eq abc", "number"),
        ("price eq NaN", "number"),
        ("capabilities eq 7.5", "integer"),
        ("capabilities eq 99999999999999999999", "integer"),
        ("capabilities bit 0", "bit"),
        ("phonenumber bit 4", "bit"),
        ("state in NY", '"("'),
        ("state in (NY", '")"'),
        ("state in ()", "value"),
        ("state in (NY,)", "value"),
        ("state eq NY or state eq FL", '"and"'),
        ("state eq NY state eq FL", '"and"'),
        ("state eq NY and", "attribute"),
        ("(state eq NY)", "attribute"),
        ('state eq "NY', "value"),
        ("not state eq NY", "operator"),
        ("state.deep eq NY", "state.deep"),
        ("attributes eq 3", "attributes.key"),
        ("state nearby npa:516", "phonenumber"),
        ("phonenumber nearby moon:1", "npa:516"),
        ("phonenumber nearby npa:999", "999"),
        ("phonenumber nearby zip:00000", "00000"),
        ("phonenumber nearby latlng:91,0", "latlng"),
    ],
)
def test_a_filter_that_cannot_be_read_says_where(shelf, text, part):
    answer = shelf.get("/phonenumber/available_dids", filter=text)
    assert answer.status_code == 400
    problem = answer.json()["errors"][0]
    assert problem["field"] == "filter"
    assert part in problem["message"]


def test_filters_of_unreasonable_size_are_refused(shelf):
    for text in ("name eq " + "x" * 10_000, " and ".join(["state eq NY"] * 60)):
        answer = shelf.get("/phonenumber/available_dids", filter=text)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "filter"


def test_many_wildcards_in_a_row_cost_nothing(shelf):
    assert found(shelf, "phonenumber like " + "%" * 4000 + "0104") == [D]


def test_a_null_neighbour_does_not_hide_what_is_not_the_value(shelf):
    """`ne` and `notin` count a missing value as another one."""
    assert D in found(shelf, "locality ne MIAMI")
    assert D in found(shelf, "locality notin (MIAMI, PARIS)")


# --- inside nested values ------------------------------------------------------------------------


@pytest.fixture
def desk(shelf):
    """The same numbers, rented, with attributes and transformations."""
    given = {
        A: {
            "attributes": {
                "team": "Sales",
                "seats": 5,
                "vip": True,
                "deep": {"tag": "x y"},
                "tags": ["a", "b"],
            }
        },
        B: {"attributes": {"team": "support", "seats": 12, "vip": False}},
        C: {
            "transformations": [
                {"action": "reject", "direction": "inbound", "operands": ["busy-here"]},
                {"action": "set_user_data", "direction": "any", "operands": ["k", "v"]},
            ]
        },
        D: {},
    }
    for number, fields in given.items():
        assert shelf.post("/phonenumber/dids", {"phonenumber": number, **fields}).status_code == 200
    return shelf


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("attributes.team eq Sales", [A]),
        ("attributes.team ne Sales", [B, C, D]),
        ("attributes.team in (Sales, support)", [A, B]),
        ("attributes.team notin (Sales, support)", [C, D]),
        ("attributes.team like S%", [A]),
        ("attributes.team ilike s%", [A, B]),
        ("attributes.seats gt 9", [B]),
        ("attributes.seats le 5", [A]),
        ("attributes.seats eq 12", [B]),
        ("attributes.vip eq true", [A]),
        ("attributes.vip eq false", [B]),
        ('attributes.deep.tag eq "x y"', [A]),
        ("attributes.tags eq b", [A]),
        ("attributes.tags eq c", []),
        ("attributes.nothing eq 1", []),
        ("transformations.action eq set_user_data", [C]),
        ("transformations.direction in (any, outbound)", [C]),
        ("transformations.operands eq busy-here", [C]),
        ("transformations.action ne reject", [A, B, D]),
        ('attributes.team eq "x\' OR 1=1 --"', []),
    ],
)
def test_dotted_names_reach_into_objects_and_any_element_of_arrays(desk, text, expected):
    assert found(desk, text, "/phonenumber/dids") == expected


def test_trunks_are_reached_through_their_group(world):
    groups = world.get("/trunk_groups", with_trunks="true").json()["items"]
    trunk = groups[0]["trunks"][0]
    answer = world.get("/trunk_groups", filter=f'trunks.trunk_sid eq "{trunk["trunk_sid"]}"').json()
    assert [group["trunk_group_sid"] for group in answer["items"]] == [groups[0]["trunk_group_sid"]]
    others = world.get("/trunk_groups", filter=f'trunks.trunk_sid ne "{trunk["trunk_sid"]}"').json()
    assert others["total"] == 2


def test_dates_need_no_quotes(world):
    made = world.get("/oauth/whoami").json()["date_created"]
    for text, total in (
        (f"date_created ge {made[:10]}", True),
        ("date_created lt 2001-01-01", False),
        ("date_created ge 2001-01-01T10:00:00", True),
        ("date_created ge 2001-01-01T10:00:00.000Z and date_created lt 2999-12-31", True),
        ("date_created ge 2001-01-01T10:00:00+02:00", True),
    ):
        assert bool(world.get("/partners", filter=text).json()["total"]) is total, text
    refused = world.get("/partners", filter="date_created lt yesterday")
    assert refused.status_code == 400
    assert "ISO date" in refused.json()["errors"][0]["message"]


def test_lists_of_plain_values_are_searched_for_an_element(world):
    everyone = world.get("/partners").json()["total"]
    assert world.get("/partners", filter="available_scopes eq phonenumber.manage").json()["total"] >= 1
    assert world.get("/partners", filter="available_scopes eq nothing.manage").json()["total"] == 0
    assert world.get("/partners", filter="available_scopes ne nothing.manage").json()["total"] == everyone
