"""A stage on which every write of ours can be done: see `table`."""

import pytest
from django.core.cache import cache

from tests.portal.writes.table import Stage, set_up
from tests.sandbox_server import World


@pytest.fixture
def world(sandbox) -> World:
    """One with an object for every write, and nothing else."""
    world = sandbox.world(inventory="empty")
    set_up(world)
    world.set(verify_seconds=0)
    return world


@pytest.fixture
def stage(upstream) -> Stage:
    """The desk in step with `upstream`, which was asked for nothing since."""
    cache.clear()
    stage = Stage.copied()
    upstream.forget_requests()
    return stage
