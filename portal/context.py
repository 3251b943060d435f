"""What the frame around every page shows: navigation, the person, the pulse of the Core API."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.http import HttpRequest

from portal import health, requestinfo, roles
from portal.upstream import number_api_configured


@dataclass(frozen=True)
class Item:
    """A page for those who may do `action`; `icon` names a heroicon, `current` says we are on it or below."""

    label: str
    href: str
    icon: str
    action: str
    needs_number_api: bool = False
    current: bool = False


@dataclass(frozen=True)
class Group:
    """Links of the navigation under a heading, `title`; "" for none."""

    title: str
    items: list[Item]


_NAV = (
    ("", (Item("Home", "/", "home", "desk.see"),)),
    (
        "Configure",
        (
            Item("Phone Numbers", "/numbers/", "phone", "number.see"),
            Item("Rent New Number", "/numbers/rent/", "plus-circle", "number.rent"),
        ),
    ),
    (
        "Accounts",
        (
            Item("Partners", "/partners/", "building-office-2", "partner.see"),
            Item("Security Tokens", "/partners/tokens/", "key", "token.see"),
            Item("Cool-offs", "/numbers/cool-offs/", "clock", "cooloff.see", needs_number_api=True),
            Item("Override Requests", "/numbers/overrides/", "scale", "cooloff.force", needs_number_api=True),
        ),
    ),
    (
        "Oversight",
        (
            Item("Audit", "/audit/", "clipboard-document-list", "audit.own"),
            Item(
                "Forced Moves",
                "/numbers/forced/",
                "shield-exclamation",
                "cooloff.review",
                needs_number_api=True,
            ),
            Item("Status", "/status/", "signal", "desk.see"),
        ),
    ),
)


# Pages that the navigation leads to in two steps, and finding in one.
_FURTHER = (
    Item("Create Sub-partner", "/partners/new/", "user-plus", "partner.create"),
    Item("Sign-in and Sessions", "/account/2fa/", "lock-closed", "desk.see"),
)


class Shell:
    """Computed when a template asks for it: a fragment, which has no frame, pays nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _user(self) -> object:
        return getattr(self._request, "user", None)

    @cached_property
    def may(self) -> frozenset[str]:
        return roles.may_all(self._user)

    @cached_property
    def nav(self) -> list[Group]:
        current = _current_href(self._request.path)
        groups = [
            Group(
                title, [replace(item, current=item.href == current) for item in items if self._offers(item)]
            )
            for title, items in _NAV
        ]
        return [group for group in groups if group.items]

    @property
    def pages(self) -> list[Item]:
        """Every page this person may go to that needs no more than its name."""
        further = [item for item in _FURTHER if self._offers(item)]
        return [item for group in self.nav for item in group.items] + further

    def _offers(self, item: Item) -> bool:
        return item.action in self.may and (self.number_api or not item.needs_number_api)

    @cached_property
    def number_api(self) -> bool:
        """Whether numbers can be assigned and unassigned here at all."""
        return number_api_configured()

    @cached_property
    def pulse(self) -> health.Pulse:
        return health.pulse()

    @property
    def role(self) -> str | None:
        return roles.role_of(self._user)

    @property
    def role_label(self) -> str:
        return roles.LABELS[self.role]

    @property
    def person(self) -> str:
        if not getattr(self._user, "is_authenticated", False):
            return ""
        return self._user.get_full_name() or self._user.get_username()

    @property
    def request_id(self) -> str:
        return requestinfo.current().request_id


def _current_href(path: str) -> str:
    """The longest link that leads to `path` or above it; home is only itself."""
    links = [item.href for _, items in _NAV for item in items]
    above = [href for href in links if path == href or (href != "/" and path.startswith(href))]
    return max(above, key=len, default="")


def shell(request: HttpRequest) -> dict[str, Shell]:
    """What every template has: the frame's content, as `shell`."""
    return {"shell": Shell(request)}
