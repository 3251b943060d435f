"""Reading partners: the caller and its descendants."""

PARTNER_FIELDS = {
    "acls", "address1", "address2", "attributes", "available_scopes", "balance", "billing_email",
    "callbacks", "charge_at", "city", "company_name", "country_code", "daily_spending_limit",
    "daily_spent_amount", "date_created", "display_id", "login", "name", "owner_email",
    "parent_assigned_acls", "parent_sid", "partner_sid", "payment_type", "phonenumber", "prepay_amount",
    "spending_limit", "state", "status", "tech_email", "transformations", "zip",
}  # fmt: skip


def test_a_partner_is_told_with_every_documented_field_and_no_secret(world):
    partner = world.get("/oauth/whoami").json()
    assert set(partner) == PARTNER_FIELDS
    assert partner["name"] == "CarrierX Main"
    assert partner["display_id"].startswith("CX")
    assert len(partner["display_id"]) == 10


def test_the_whole_branch_is_listed_parents_and_children_alike(world):
    answer = world.get("/partners").json()
    by_sid = {each["partner_sid"]: each for each in answer["items"]}
    assert answer["total"] == len(by_sid) >= 4
    assert by_sid[world.core["partner_sid"]]["parent_sid"] is None
    parents = {each["parent_sid"] for each in answer["items"]} - {None}
    assert parents <= set(by_sid)
    assert parents - {world.core["partner_sid"]}, "nobody stands two levels below the main partner"


def test_one_partner_by_its_sid(world):
    for partner in world.get("/partners").json()["items"]:
        assert world.get(f"/partners/{partner['partner_sid']}").json() == partner


def test_a_partner_of_another_world_is_not_found(sandbox, world):
    stranger = sandbox.world(inventory="empty").core["partner_sid"]
    assert world.get(f"/partners/{stranger}").status_code == 404


def test_partners_are_filtered_by_their_fields(world):
    def total(text):
        return world.get("/partners", filter=text).json()["total"]

    assert total('name eq "CarrierX Main"') == 1
    assert total("name ilike carrierx%") == 1
    assert total(f"parent_sid eq {world.core['partner_sid']}") >= 2
    assert total("status in (active, suspended)") >= 1
    assert total("balance gt 0") >= 1


def test_reading_partners_needs_the_right(world):
    world.set(scopes=["partners.read"])
    assert world.get("/partners").status_code == 200
    world.set(scopes=["partners.update"])
    assert world.get("/partners").status_code == 403
