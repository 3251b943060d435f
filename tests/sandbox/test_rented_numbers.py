"""Listing what is rented: whose numbers one sees, and with what beside them."""

from tests.sandbox.test_rent import sub_partner_token


def rented(world, **options):
    return world.request("GET", "/phonenumber/dids?limit=1000", **options).json()


def test_a_partner_sees_its_own_and_all_its_descendants_numbers(world):
    partners = {each["partner_sid"]: each for each in world.get("/partners").json()["items"]}
    everything = rented(world)
    holders = {item["partner_sid"] for item in everything["items"]}
    assert world.core["partner_sid"] in holders
    assert len(holders) > 2
    assert holders <= set(partners)
    assert everything["total"] == everything["count"]


def test_a_sub_partner_sees_its_branch_and_nothing_else(world):
    partners = world.get("/partners").json()["items"]
    parents = {each["parent_sid"] for each in partners}
    child = next(each for each in partners if each["parent_sid"] and each["partner_sid"] in parents)
    grandchildren = {each["partner_sid"] for each in partners if each["parent_sid"] == child["partner_sid"]}
    headers = sub_partner_token(world, child)
    seen = {item["partner_sid"] for item in rented(world, headers=headers)["items"]}
    assert seen == {child["partner_sid"], *grandchildren}
    mine = next(item for item in rented(world)["items"] if item["partner_sid"] == world.core["partner_sid"])
    assert world.request("GET", f"/phonenumber/dids/{mine['did_sid']}", headers=headers).status_code == 404
    assert world.request("DELETE", f"/phonenumber/dids/{mine['did_sid']}", headers=headers).status_code == 404


def test_numbers_nobody_holds_are_not_listed(world):
    assert {item["status"] for item in rented(world)["items"]} <= {"assigned", "pending_assignment"}


def test_with_related_puts_the_partner_beside_each_number(world):
    answer = world.get("/phonenumber/dids", with_related="true", limit=1000).json()
    for item in answer["items"]:
        assert item["partner"]["partner_sid"] == item["partner_sid"]
        assert item["partner"]["login"]
        assert "password" not in item["partner"]
    only = world.get("/phonenumber/dids", with_related="true", limit=1, include_fields="phonenumber").json()
    assert set(only["items"][0]) == {"phonenumber", "partner"}
    assert "partner" not in world.get("/phonenumber/dids", limit=1).json()["items"][0]


def test_with_related_works_for_one_number_too(world):
    sid = rented(world)["items"][0]["did_sid"]
    did = world.get(f"/phonenumber/dids/{sid}", with_related="true", exclude_fields="partner_sid").json()
    assert did["partner"]["partner_sid"]
    assert "partner_sid" not in did


def test_a_keyset_walk_sees_every_number_once(world):
    seen, last = [], "0"
    while True:
        text = f'phonenumber gt "{last}"'
        items = world.get("/phonenumber/dids", filter=text, order="phonenumber", limit=3).json()["items"]
        if not items:
            break
        seen += [item["phonenumber"] for item in items]
        last = seen[-1]
    assert seen == sorted({item["phonenumber"] for item in rented(world)["items"]})


def test_either_family_of_scopes_may_read_them(world):
    for scope in ("phonenumber.read", "phonenumber.manage", "partners.read", "partners.manage"):
        world.set(scopes=[scope])
        assert world.get("/phonenumber/dids").status_code == 200
    world.set(scopes=["countries.read"])
    assert world.get("/phonenumber/dids").status_code == 403
