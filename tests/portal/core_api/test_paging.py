"""A list says whether it was whole, and only then may anything be concluded from what is missing."""

import pytest

from portal.core_api.errors import BadAnswer, Unavailable
from portal.core_api.filters import F
from portal.core_api.paging import Listing, Page, by_key, by_offset
from tests.portal.core_api.raw_server import reply
from tests.portal.core_api.samples import NUMBER, number, page


def scripted(*pages):
    """A fetch that plays these pages, and what it was asked for."""
    left, asked = list(pages), []

    def fetch(position):
        asked.append(position)
        return left.pop(0)

    return fetch, asked


def texts(*items, more=False, total=None):
    return Page(tuple(items), more, total)


class TestByOffset:
    def test_goes_on_until_there_is_no_more_and_is_then_complete(self):
        fetch, asked = scripted(texts("a", "b", more=True, total=3), texts("c", total=3))
        listing = by_offset(fetch, str)
        assert not listing.complete
        assert list(listing) == ["a", "b", "c"]
        assert listing.complete
        assert listing.seen == 3
        assert asked == [0, 2]

    def test_asks_for_no_page_before_it_is_needed(self):
        fetch, asked = scripted(texts("a", "b", more=True, total=3))
        items = iter(by_offset(fetch, str))
        next(items)
        next(items)
        assert asked == [0]

    def test_is_not_complete_when_left_early(self):
        fetch, _ = scripted(texts("a", "b", more=True, total=3))
        listing = by_offset(fetch, str)
        for _ in listing:
            break
        assert not listing.complete

    def test_is_not_complete_when_the_total_changed_meanwhile(self):
        fetch, _ = scripted(texts("a", "b", more=True, total=4), texts("d", total=3))
        listing = by_offset(fetch, str)
        assert list(listing) == ["a", "b", "d"]
        assert not listing.complete

    def test_is_not_complete_when_fewer_came_than_were_counted(self):
        fetch, _ = scripted(texts("a", "b", total=3))
        listing = by_offset(fetch, str)
        list(listing)
        assert not listing.complete

    def test_gives_an_item_that_moved_to_the_next_page_only_once(self):
        fetch, _ = scripted(texts("a", "b", more=True, total=3), texts("b", "c", total=3))
        listing = by_offset(fetch, str)
        assert list(listing) == ["a", "b", "c"]
        assert listing.complete

    def test_without_a_total_it_is_complete_on_one_page_only(self):
        fetch, _ = scripted(texts("a"))
        listing = by_offset(fetch, str)
        list(listing)
        assert listing.complete
        fetch, _ = scripted(texts("a", more=True), texts("b"))
        listing = by_offset(fetch, str)
        list(listing)
        assert not listing.complete

    def test_does_not_turn_in_circles_when_more_is_promised_and_nothing_comes(self):
        fetch, _ = scripted(texts(more=True))
        with pytest.raises(BadAnswer, match="has none"):
            list(by_offset(fetch, str))

    def test_an_empty_list_is_complete(self):
        fetch, _ = scripted(texts(total=0))
        listing = by_offset(fetch, str)
        assert list(listing) == []
        assert listing.complete

    def test_can_be_read_again(self):
        fetch, _ = scripted(texts("a", total=1), texts("a", "b", total=3))
        listing = by_offset(fetch, str)
        list(listing)
        assert listing.complete
        list(listing)
        assert (listing.complete, listing.seen) == (False, 2)


class TestByKey:
    @staticmethod
    def listing(*pages, now=None):
        fetch, asked = scripted(*pages)
        return by_key(fetch, str, lambda: now), asked

    def test_each_page_begins_behind_the_last_key(self):
        listing, asked = self.listing(
            texts("1", "2", more=True, total=5), texts("3", "4", more=True, total=3), texts("5", total=1)
        )
        assert list(listing) == ["1", "2", "3", "4", "5"]
        assert listing.complete
        assert asked == [None, "2", "4"]

    def test_items_that_appear_meanwhile_do_not_matter(self):
        listing, _ = self.listing(texts("1", "2", more=True, total=3), texts("3", "4", total=2))
        list(listing)
        assert listing.complete

    def test_items_that_went_meanwhile_are_counted_again(self):
        listing, _ = self.listing(texts("1", "2", more=True, total=4), texts("4", total=1), now=3)
        list(listing)
        assert listing.complete

    @pytest.mark.parametrize("now", [4, None])
    def test_is_not_complete_when_items_were_passed_over(self, now):
        listing, _ = self.listing(texts("1", "2", more=True, total=4), texts("4", total=1), now=now)
        list(listing)
        assert not listing.complete

    def test_without_a_total_the_last_page_is_proof_enough(self):
        listing, _ = self.listing(texts("1", more=True), texts("2"))
        list(listing)
        assert listing.complete

    def test_either_order_of_numbers_will_do(self):
        for keys in (["12", "123", "13"], ["12", "13", "123"]):
            listing, _ = self.listing(texts(*keys, total=3))
            assert list(listing) == keys

    @pytest.mark.parametrize("keys", [["12", "123", "13", "124"], ["2", "1"], ["1", "1"]])
    def test_a_list_in_no_order_is_refused(self, keys):
        listing, _ = self.listing(texts(*keys, total=len(keys)))
        with pytest.raises(BadAnswer, match="order"):
            list(listing)
        assert not listing.complete

    def test_an_upstream_that_ignores_the_key_is_noticed(self):
        same = texts("1", "2", more=True, total=4)
        listing, _ = self.listing(same, same)
        with pytest.raises(BadAnswer, match="order"):
            list(listing)


class TestNumbers:
    def test_all_numbers_are_read_in_order_of_the_number(self, server, api):
        server.plays(
            reply(200, page([number("15160000001"), number("15160000002")], has_more=True, total=3)),
            reply(200, page([number("15160000003")], total=1)),
        )
        listing = api.phonenumbers.iterate(F("state") == "NY", page_size=2)
        assert isinstance(listing, Listing)
        assert [did.phonenumber[-1] for did in listing] == ["1", "2", "3"]
        assert listing.complete
        first, second = (request.query for request in server.requests)
        assert (first["filter"], first["order"], first["limit"]) == (
            ['state eq "NY"'],
            ["phonenumber"],
            ["2"],
        )
        assert second["filter"] == ['state eq "NY" and phonenumber gt "15160000002"']
        assert second["offset"] == ["0"]

    def test_a_failed_page_raises_and_the_list_is_not_complete(self, server, api):
        server.plays(reply(200, page([number("15160000001")], has_more=True, total=3)), reply(500))
        listing = api.phonenumbers.iterate()
        seen = []
        with pytest.raises(Unavailable):
            seen.extend(listing)
        assert not listing.complete

    def test_counting_again_costs_one_small_call(self, server, api):
        server.plays(reply(200, page([number("15160000001")], total=2)), reply(200, page([], total=1)))
        listing = api.phonenumbers.iterate()
        list(listing)
        assert listing.complete
        assert server.requests[1].query["limit"] == ["1"]

    def test_coverage_reads_all_its_pages(self, server, api):
        server.plays(
            reply(200, page([{"key": "NY", "count": 90}], has_more=True, total=2)),
            reply(200, page([{"key": "CA", "count": 40}], total=2)),
        )
        found = api.phonenumbers.coverage("state", F("country_code") == "USA")
        assert [(item.key, item.count) for item in found] == [("NY", 90), ("CA", 40)]
        assert server.requests[0].query["group_by"] == ["state"]
        assert server.requests[1].query["offset"] == ["1"]

    @pytest.mark.parametrize(
        ("list_of", "item"),
        [
            (lambda api: api.trunk_groups.iterate(), {"trunk_group_sid": "t-1", "name": "West"}),
            (lambda api: api.phonenumbers.did_groups(), {"did_group_sid": "g-1", "name": "West"}),
            (lambda api: api.partners.iterate(), {"partner_sid": "p-1", "name": "West"}),
            (lambda api: api.countries.iterate(), {"iso_3166_alpha_3": "SWE", "name": "West"}),
        ],
        ids=["trunk groups", "DID groups", "partners", "countries"],
    )
    def test_short_lists_are_complete_too(self, server, api, list_of, item):
        server.plays(reply(200, page([item], total=1)))
        listing = list_of(api)
        (found,) = listing
        assert found.payload == item
        assert listing.complete


@pytest.mark.parametrize(
    "broken",
    [
        {"items": None},
        {"items": {}},
        {"has_more": None},
        {"has_more": "maybe"},
        {"count": 5},
        {"total": 0},
        {"total": "many"},
        {"items": [NUMBER, {"phonenumber": ""}], "count": 2},
        {"items": [{**NUMBER, "did_sid": None}]},
    ],
)
def test_a_page_that_contradicts_itself_is_a_bad_answer(server, api, broken):
    server.plays(reply(200, {**page([NUMBER], total=1), **broken}))
    with pytest.raises(BadAnswer):
        api.phonenumbers.list()
