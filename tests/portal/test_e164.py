"""Phone numbers as people paste them."""

import pytest

from portal import e164


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("(516) 206-5575", "15162065575"),
        ("+1 516.206.5575", "15162065575"),
        ("tel:+1-516-206-5575", "15162065575"),
        ("0046 501 81 80 82", "46501818082"),
        ("46501818082", "46501818082"),
        ("＋1 516‑206‑5575", "15162065575"),
    ],
)
def test_a_whole_number_is_read_in_any_format(text, digits):
    assert e164.whole(text) == digits


@pytest.mark.parametrize(
    "text", ["", "Support", "516206", "+4930", "+43123", "+4912345678901234", "+", "1" * 61, "५१६२०६५५७५"]
)
def test_what_no_address_has_room_for_is_no_whole_number(text):
    assert e164.whole(text) == ""
