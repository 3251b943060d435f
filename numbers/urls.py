from django.urls import path, register_converter

from numbers.views import detail, edit, home, number_list, rent, search


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
    path("numbers/", number_list.number_list, name="numbers"),
    path("numbers/rent/", search.search, name="search"),
    path("numbers/<digits:phonenumber>/", detail.detail, name="number"),
    path("numbers/<digits:phonenumber>/refresh/", detail.refresh, name="number_refresh"),
    path("numbers/<digits:phonenumber>/rent/", rent.rent, name="rent"),
    path("numbers/<digits:phonenumber>/rent/<uuid:entry_id>/", rent.outcome, name="rent_outcome"),
    path("numbers/<digits:phonenumber>/edit/", edit.edit, name="edit"),
]
