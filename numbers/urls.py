from django.urls import path, register_converter

from numbers.views import (
    assign,
    calls,
    cooloffs,
    detail,
    edit,
    find,
    force,
    forced,
    holding,
    home,
    number_list,
    override,
    release,
    release_lock,
    rent,
    search,
    unassign,
)


class Digits:
    """E.164 digits without a plus."""

    regex = "[1-9][0-9]{6,14}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Digits, "digits")

urlpatterns = [
    path("", home.home, name="home"),
    path("find/", find.find, name="find"),
    path("numbers/", number_list.number_list, name="numbers"),
    path("numbers/rent/", search.search, name="search"),
    path("numbers/<digits:phonenumber>/", detail.detail, name="number"),
    path("numbers/<digits:phonenumber>/refresh/", detail.refresh, name="number_refresh"),
    path("numbers/<digits:phonenumber>/rent/", rent.rent, name="rent"),
    path("numbers/<digits:phonenumber>/rent/<uuid:entry_id>/", rent.outcome, name="rent_outcome"),
    path("numbers/<digits:phonenumber>/edit/", edit.edit, name="edit"),
    path("numbers/<digits:phonenumber>/assign/", assign.assign, name="assign"),
    path("numbers/<digits:phonenumber>/unassign/", unassign.unassign, name="unassign"),
    path(
        "numbers/<digits:phonenumber>/unassign/<uuid:intent_id>/cancel/",
        unassign.cancel,
        name="unassign_cancel",
    ),
    path("numbers/<digits:phonenumber>/override/", override.ask, name="override"),
    path("numbers/<digits:phonenumber>/force/", force.force, name="force"),
    path("numbers/<digits:phonenumber>/outcome/<uuid:entry_id>/", holding.outcome, name="number_outcome"),
    path("numbers/<digits:phonenumber>/undo/<uuid:entry_id>/", holding.undo, name="undo"),
    path("numbers/assign/", assign.pick, name="assign_to"),
    path("numbers/overrides/", override.queue, name="override_queue"),
    path("numbers/overrides/<uuid:override_id>/decline/", override.decline, name="override_decline"),
    path("numbers/<digits:phonenumber>/release/", release.release, name="release"),
    path("numbers/<digits:phonenumber>/release/cancel/", release.cancel, name="release_cancel"),
    path("numbers/<digits:phonenumber>/release/lock/", release_lock.lock, name="release_lock"),
    path("numbers/<digits:phonenumber>/release/unlock/", release_lock.unlock, name="release_unlock"),
    path("numbers/<digits:phonenumber>/release/<uuid:entry_id>/", release.outcome, name="release_outcome"),
    path("numbers/<digits:phonenumber>/calls/", calls.calls, name="calls"),
    path("numbers/<digits:phonenumber>/calls/brief/", calls.brief, name="calls_brief"),
    path("numbers/<digits:phonenumber>/history/", detail.history, name="number_history"),
    path("numbers/cool-offs/", cooloffs.cooloffs, name="cooloffs"),
    path("numbers/cool-offs.csv", cooloffs.sheet, name="cooloffs_sheet"),
    path("numbers/forced/", forced.forced, name="forced"),
    path("numbers/forced/carrier/", forced.carrier, name="forced_carrier"),
    path("numbers/forced.csv", forced.sheet, name="forced_sheet"),
]
