"""What is known of numbers and addresses."""

import pytest

NUMBER = "/lookup/dids/15162065319"


def test_a_number_is_told_in_all_its_forms(world):
    assert world.get(NUMBER).json() == {
        "country_code": "USA",
        "details": {},
        "e164_format": "+15162065319",
        "in_country_format": "(516) 206-5319",
        "international_format": "+1 516-206-5319",
        "phonenumber": "15162065319",
        "state": "NY",
    }


@pytest.mark.parametrize("written", ["5162065319", "%2B15162065319", "(516) 206-5319", "516-206-5319"])
def test_a_number_may_be_written_as_people_do(world, written):
    assert world.get(f"/lookup/dids/{written}").json()["phonenumber"] == "15162065319"


def test_a_guess_decides_between_two_readings(world):
    german = {"country_code": "DEU", "e164_format": "+494030123456"}
    north_american = world.get("/lookup/dids/4940301234").json()
    assert north_american["country_code"] == "DEU"  # no area code of North America begins with these digits
    assert german.items() <= world.get("/lookup/dids/494030123456", guess="e164").json().items()
    ambiguous = "2125550123"  # New York dialled there, or Morocco with its country code
    assert world.get(f"/lookup/dids/{ambiguous}").json()["e164_format"] == "+12125550123"


def test_a_country_says_where_the_number_is_dialled(world):
    told = world.get("/lookup/dids/0501818082", country_code="SWE").json()
    assert (told["phonenumber"], told["country_code"], told["state"]) == ("46501818082", "SWE", None)


@pytest.mark.parametrize("flag", ["carrier", "cnam", "lrn"])
def test_each_flag_adds_its_part_and_needs_its_scope(world, flag):
    assert list(world.get(NUMBER, **{flag: "true"}).json()["details"]) == [flag]
    world.set(scopes=["lookup.dids.read"])
    assert world.get(NUMBER, **{flag: "false"}).status_code == 200
    refused = world.get(NUMBER, **{flag: "true"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (403, flag)
    world.set(scopes=["lookup.dids.read", f"lookup.dids.allow_{flag}"])
    assert world.get(NUMBER, **{flag: "true"}).status_code == 200


def test_the_name_of_a_number_is_its_holders(world):
    assert world.get("/lookup/dids/12125550148", cnam=True).json()["details"]["cnam"] == {
        "name": "CARRIERX MAIN",
        "type": "business",
    }
    assert world.get(NUMBER, cnam=True).json()["details"]["cnam"] == {"name": "", "type": None}


def test_a_mobile_number_has_its_countrys_mobile_code(world):
    carrier = world.get("/lookup/dids/46731234567", carrier=True).json()["details"]["carrier"]
    assert carrier == {"mcc": 240, "mnc": None, "name": None, "type": "mobile"}


@pytest.mark.parametrize("text", ["abc", "12", "1516206531912345678", "+", "516x2065319", "%F0%9F%93%9E"])
def test_what_is_no_number_is_not_found(world, text):
    assert world.get(f"/lookup/dids/{text}").status_code == 404


@pytest.mark.parametrize("text", ["123456", "10000000000", "19999999999"])
def test_a_number_nobody_can_have_is_refused(world, text):
    assert world.get(f"/lookup/dids/{text}").status_code == 400


def test_a_number_of_another_country_than_named_is_refused(world):
    assert world.get("/lookup/dids/46501818082", country_code="USA").status_code == 400
    unknown = world.get(NUMBER, country_code="XYZ")
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (400, "country_code")


def test_without_its_scope_no_number_is_looked_up(world):
    world.set(scopes=["phonenumber.manage"])
    assert world.get(NUMBER).status_code == 403


@pytest.mark.parametrize("path", ["/lookup/ip_addresses/8.8.8.8", "/lookup/lookup/ip_addresses/8.8.8.8"])
def test_an_address_is_placed_under_both_printed_paths(world, path):
    assert world.get(path).json() == {
        "city": "Mountain View",
        "common_name": "United States",
        "iso_3166_alpha_2": "US",
        "iso_3166_alpha_3": "USA",
        "region": None,
        "state": "CA",
    }


@pytest.mark.parametrize(
    ("address", "country"),
    [("192.0.2.7", "US"), ("198.51.100.1", "SE"), ("203.0.113.255", "AU"), ("2001:db8::1", "DE")],
)
def test_addresses_kept_for_documentation_are_somewhere(world, address, country):
    assert world.get(f"/countries/ip/{address}").json()["iso_3166_alpha_2"] == country


@pytest.mark.parametrize("path", ["/countries/ip/{}", "/lookup/ip_addresses/{}"])
@pytest.mark.parametrize(
    ("address", "status"),
    [("10.0.0.1", 404), ("127.0.0.1", 404), ("1.2.3", 400), ("8.8.8.8.8", 400), ("::g", 400)],
)
def test_unknown_addresses_are_not_found_and_others_refused(world, path, address, status):
    answer = world.get(path.format(address))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, "ip_address")


def test_an_addresses_country_needs_the_countries_scope(world):
    world.set(scopes=["lookup.dids.read"])
    assert world.get("/countries/ip/8.8.8.8").status_code == 403
    assert world.get("/lookup/ip_addresses/8.8.8.8").status_code == 200


def test_fields_can_be_left_out(world):
    told = world.get("/countries/ip/2.6.26.2", exclude_fields="city,state").json()
    assert set(told) == {"common_name", "iso_3166_alpha_2", "region"}
