"""Who may do what. This table is the only place that decides.

A view names its action with `@requires("number.rent")`; templates are given data, never decisions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import HttpRequest, HttpResponse

from portal.http import refused

STAFF, MANAGER, ADMIN = "staff", "manager", "admin"
ROLES = (STAFF, MANAGER, ADMIN)  # each may do what the ones before it may
LABELS = {STAFF: "Staff", MANAGER: "Account manager", ADMIN: "Administrator", None: "No role yet"}

_everyone = frozenset(ROLES)
_managers = frozenset({MANAGER, ADMIN})
_admins = frozenset({ADMIN})


@dataclass(frozen=True)
class Action:
    """`label` continues the sentence "You may not …"."""

    name: str
    label: str
    roles: frozenset[str]


ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action("desk.see", "see the portal", _everyone),
        Action("number.see", "see numbers", _everyone),
        Action("number.search", "search rentable numbers", _everyone),
        Action("number.rent", "rent numbers", _everyone),
        Action("number.edit", "edit numbers", _everyone),
        Action("number.messaging", "switch messaging on and off", _everyone),
        Action("number.assign", "assign numbers to sub-accounts", _managers),
        Action("number.unassign", "unassign numbers from sub-accounts", _managers),
        Action("number.release", "release numbers", _managers),
        Action("number.lock", "lock numbers against release", _managers),
        Action("cooloff.see", "see cool-offs", _everyone),
        Action("cooloff.ask", "ask for a cool-off override", _managers),
        Action("cooloff.force", "force a cool-off override", _admins),
        Action("cooloff.review", "review forced moves", _admins),
        Action("partner.see", "see partners", _everyone),
        Action("partner.create", "create sub-partners", _managers),
        Action("partner.edit", "edit sub-partners", _managers),
        Action("partner.delete", "delete partners", _admins),
        Action("sub_account.link", "say which sub-account a sub-partner is", _managers),
        Action("token.see", "see security tokens", _managers),
        Action("token.issue", "issue security tokens", _managers),
        Action("token.edit", "change security tokens", _managers),
        Action("token.revoke", "revoke security tokens", _managers),
        Action("audit.own", "see your own activity", _everyone),
        Action("audit.everyone", "see everyone's activity", _admins),
    )
}


def role_of(user: object) -> str | None:
    """The highest role of `user`, None for a stranger or someone in no group. One query per request."""
    if not getattr(user, "is_authenticated", False):
        return None
    if not hasattr(user, "desk_role"):
        user.desk_role = _highest_role(user)
    return user.desk_role


def _highest_role(user) -> str | None:
    if user.is_superuser:
        return ADMIN
    groups = set(user.groups.filter(name__in=ROLES).values_list("name", flat=True))
    return next((role for role in reversed(ROLES) if role in groups), None)


def may(user: object, name: str) -> bool:
    """Whether `user` may do the action `name`. An unknown name is a KeyError: a programming error."""
    return role_of(user) in ACTIONS[name].roles


def may_all(user: object) -> frozenset[str]:
    """The names of every action `user` may do."""
    role = role_of(user)
    return frozenset(name for name, action in ACTIONS.items() if role in action.roles)


def requires(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let only those who may do `name` reach the view; the others are told in a sentence, with 403."""
    action = ACTIONS[name]

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if may(request.user, name):
                return view(request, *args, **kwargs)
            return refused(request, _refusal(role_of(request.user), action))

        guarded.action = action
        return guarded

    return decorate


def _refusal(role: str | None, action: Action) -> str:
    if role is None:
        return "Your account has no role yet, so it may not do anything here. Ask an administrator for one."
    allowed = " and ".join(LABELS[r].lower() + "s" for r in ROLES if r in action.roles)
    return f"You may not {action.label}: this is for {allowed}. Nothing was changed."
