"""Releasing a number, and what becomes of it."""


def test_a_released_number_is_gone_and_ages(world):
    did = world.rent("15162065575")
    answer = world.delete(f"/phonenumber/dids/{did['did_sid']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert world.get(f"/phonenumber/dids/{did['did_sid']}").status_code == 404
    assert world.get(f"/phonenumber/available_dids/{did['did_sid']}").status_code == 404
    assert world.delete(f"/phonenumber/dids/{did['did_sid']}").status_code == 404


def test_after_aging_it_can_be_rented_again_as_new(world):
    order = {"phonenumber": "15162065575", "name": "Mine", "attributes": {"a": "b"}, "string_key_1": "k"}
    did = world.post("/phonenumber/dids", order).json()
    world.delete(f"/phonenumber/dids/{did['did_sid']}")
    world.set(aging_days=7)
    world.advance(29 * 86_400)
    assert world.get(f"/phonenumber/available_dids/{did['did_sid']}").status_code == 404
    world.advance(86_400)
    back = world.get(f"/phonenumber/available_dids/{did['did_sid']}").json()
    assert (back["name"], back["attributes"], back["string_key_1"]) == ("N/A", {}, None)


def test_how_long_a_number_ages_can_be_set_beforehand(world):
    world.set(aging_days=0)
    did = world.rent("15162065575")
    world.delete(f"/phonenumber/dids/{did['did_sid']}")
    assert world.rent("15162065575")["did_sid"] == did["did_sid"]


def test_an_external_number_goes_back_to_its_provider(world):
    world.set(aging_days=0, external_order_seconds=0)
    query = {"include_external": "true"}
    did = world.post("/phonenumber/dids", {"phonenumber": "46501818082"}, params=query).json()
    world.delete(f"/phonenumber/dids/{did['did_sid']}")
    assert world.post("/phonenumber/dids", {"phonenumber": "46501818082"}).status_code == 404
    assert world.post("/phonenumber/dids", {"phonenumber": "46501818082"}, params=query).status_code == 200


def test_releasing_needs_the_right(world):
    did = world.rent("15162065575")
    world.set(scopes=["phonenumber.update", "phonenumber.read"])
    assert world.delete(f"/phonenumber/dids/{did['did_sid']}").status_code == 403
    world.set(scopes=["phonenumber.delete"])
    assert world.delete(f"/phonenumber/dids/{did['did_sid']}").status_code == 204


def test_an_available_number_cannot_be_released(world):
    item = world.get("/phonenumber/available_dids", limit=1).json()["items"][0]
    assert world.delete(f"/phonenumber/dids/{item['did_sid']}").status_code == 404
