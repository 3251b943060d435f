"""Seeing a world as one of its sub-partners does."""

from typing import Any

from tests.sandbox.accounts import token_for
from tests.sandbox_server import World


def below(world: World) -> list[dict[str, Any]]:
    """The main partner's direct sub-partners."""
    partners = world.get("/partners", limit=1000).json()["items"]
    return [each for each in partners if each["parent_sid"] == world.core["partner_sid"]]


def as_partner(world: World, partner_sid: str) -> World:
    """The same world, with a token of this partner."""
    token = token_for(world, partner_sid)["access_token"]
    core = {**world.core, "token": token, "partner_sid": partner_sid}
    base = world.steering.partition("/_sandbox/")[0]
    return World(base, {**world.credentials, "core_api": core})


def as_sub_partner(world: World) -> World:
    return as_partner(world, below(world)[0]["partner_sid"])
