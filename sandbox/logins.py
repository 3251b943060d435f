"""Signing in by name and password: a partner's own login, and the further logins it has made.

A name is unique within a world only, so without a world the password decides whose it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.models import Login, Partner, World
from sandbox.scopes import beyond

# Signing in works for partners in these statuses; others are refused as unknown.
WORKING = ("active", "suspended")


@dataclass(frozen=True)
class SignedIn:
    partner: Partner
    login: str
    scopes: list[str]


def sign_in(login: str, password: str, world: World | None = None) -> SignedIn | None:
    """Who that is, in `world` or in any; None when nobody has this name and password."""
    return next((known for known, holder in _candidates(login, world) if holder.has_password(password)), None)


def _candidates(name: str, world: World | None) -> Iterator[tuple[SignedIn, Partner | Login]]:
    """Everyone the name may mean, with the holder of the password to compare."""
    within = {} if world is None else {"world": world}
    partners = Partner.objects.select_related("world").filter(login=name, status__in=WORKING, **within)
    for partner in partners.order_by("pk"):
        yield SignedIn(partner, name, partner.available_scopes), partner
        for login in Login.objects.filter(partner=partner, use_on_root_login=True):
            yield _further(login, partner), login
    logins = Login.objects.select_related("partner__world").filter(
        login=name, partner__status__in=WORKING, **within
    )
    for login in logins.order_by("pk"):
        yield _further(login, login.partner), login


def _further(login: Login, partner: Partner) -> SignedIn:
    """A further login may do what it was made for, as far as its partner still may."""
    excess = beyond(login.token_scopes, partner.available_scopes)
    return SignedIn(partner, login.login, [each for each in login.token_scopes if each not in excess])


def is_taken(world: World, name: str) -> bool:
    """Whether a partner or a further login of this world has the name."""
    return (
        Partner.objects.filter(world=world, login=name).exclude(status="deleted").exists()
        or Login.objects.filter(world=world, login=name).exists()
    )
