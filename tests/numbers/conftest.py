"""A number of ours, and one that a sub-account holds."""

import pytest
from django.core.cache import cache

from numbers.services.assign import assignable_partners
from numbers.services.sync import sync_numbers
from partners.models import Partner
from tests.moves import FREE, assign


@pytest.fixture(autouse=True)
def empty_cache(db):
    """What one test read is not fresh for the next."""
    cache.clear()


@pytest.fixture
def partner(mirror) -> Partner:
    mirror.rent(FREE)
    sync_numbers()
    return assignable_partners()[0]


@pytest.fixture
def assigned(manager, partner, visit) -> str:
    """A number that `partner` holds."""
    assign(manager, visit, FREE, partner)
    return FREE
