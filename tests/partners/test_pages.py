"""Every page about partners and tokens: it can be read, and costs little."""

import pytest


def test_the_list_shows_the_first_level_with_what_is_counted(manager, partners, visit):
    answer = visit(manager, "/partners/", upstream=0, queries=15)
    assert "New sub-partner" in answer.text
    for partner in partners.values():
        if partner.parent_sid == partners["ourselves"].pk:
            assert partner.name in answer.text


@pytest.mark.parametrize("path", ["", "history/", "tokens/", "tokens/new/", "edit/"])
def test_a_partners_pages_need_no_answer_from_upstream(manager, partners, sub_partner, visit, path):
    manager.get("/partners/new/")  # the countries are asked for once a day
    answer = visit(manager, f"/partners/{sub_partner.pk}/{path}", upstream=0, queries=20)
    assert sub_partner.name in answer.text


def test_the_create_form_and_the_tokens_of_all_can_be_read(manager, partners, visit):
    assert "Invite" in visit(manager, "/partners/new/").text
    assert partners["ourselves"].name in visit(manager, "/partners/tokens/").text
