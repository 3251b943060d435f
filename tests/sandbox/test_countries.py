"""Countries."""


def test_a_country_is_told_with_every_documented_field(world):
    sweden = world.get("/countries/SWE").json()
    assert sweden == {
        "capital": "Stockholm",
        "common_name": "Sweden",
        "dialing_prefix": "46",
        "domain": "se",
        "iso_3166_alpha_2": "SE",
        "iso_3166_alpha_3": "SWE",
        "iso_3166_numeric": 752,
        "mcc": "240",
        "official_name": "Kingdom of Sweden",
        "region": "Europe",
        "subregion": "Northern Europe",
    }


def test_the_code_may_be_in_small_letters(world):
    assert world.get("/countries/swe").json()["common_name"] == "Sweden"


def test_an_unknown_code_is_not_found(world):
    for code in ("QQQ", "S", "SWEDEN", "%00"):
        assert world.get(f"/countries/{code}").status_code in (400, 404)
    assert world.get("/countries/QQQ").json()["message"] == "no item error"


def test_countries_are_sorted_by_their_name_and_can_be_searched(world):
    names = [country["common_name"] for country in world.get("/countries", limit=1000).json()["items"]]
    assert len(names) == len(set(names)) > 100
    assert names == sorted(names)
    found = world.get("/countries", filter='region eq Europe and common_name like "Swe%"').json()
    assert [country["iso_3166_alpha_3"] for country in found["items"]] == ["SWE"]


def test_every_country_with_numbers_is_known(world):
    known = {each["iso_3166_alpha_3"] for each in world.get("/countries", limit=1000).json()["items"]}
    numbers = world.get("/phonenumber/coverage", group_by="country_code", limit=1000).json()["items"]
    assert {each["key"] for each in numbers} <= known
