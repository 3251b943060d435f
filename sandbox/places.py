"""Numbers near a place: what `nearby` means, and how the nearest are found by index.

Distances are equirectangular: good to a fraction of a percent over the few hundred miles that
matter, and computable by the database.
"""

import math
import re
from dataclasses import dataclass

from django.db.models import ExpressionWrapper, F, FloatField, QuerySet
from django.db.models.functions import Power

from sandbox.errors import bad_request
from sandbox.seeding.geography import nearby_point

_NPA = re.compile(r"npa:(\d{3})", re.ASCII)
_ZIP = re.compile(r"zip:(\d{5})", re.ASCII)
_LATLNG = re.compile(r"latlng:(-?\d{1,3}(?:\.\d{1,12})?),\s*(-?\d{1,3}(?:\.\d{1,12})?)", re.ASCII)


@dataclass(frozen=True)
class Place:
    lat: float  # degrees
    lng: float


def place_of(text: str) -> Place:
    """`npa:516`, `zip:10025` or `latlng:40.8,-73.9` as a point; ApiError 400 for anything else."""
    if match := _NPA.fullmatch(text):
        return _known(nearby_point(npa=match[1]), f"area code {match[1]}")
    if match := _ZIP.fullmatch(text):
        return _known(nearby_point(zip=match[1]), f"ZIP code {match[1]}")
    if match := _LATLNG.fullmatch(text):
        lat, lng = float(match[1]), float(match[2])
        if abs(lat) <= 90 and abs(lng) <= 180:
            return Place(lat, lng)
    raise bad_request(
        "filter", f"{text!r} is no place: write npa:516, zip:10025 or latlng:40.801912,-73.9681657"
    )


def _known(point: tuple[float, float] | None, name: str) -> Place:
    if point is None:
        raise bad_request("filter", f"the place of {name} is not known")
    return Place(*point)


def nearest(rows: QuerySet, place: Place, needed: int) -> QuerySet:
    """`rows` ordered by distance from `place`; only those with a place of their own.

    Looks in a box first, so that an index can answer, and widens it until `needed` rows are within
    the box's inner circle: the nearest `needed` rows are then exactly those of the whole table.
    """
    shrink = max(math.cos(math.radians(place.lat)), 0.01)  # a degree of longitude, in degrees of latitude
    squared = Power(F("lat") - place.lat, 2) + Power((F("lng") - place.lng) * shrink, 2)
    measured = rows.filter(lat__isnull=False).annotate(
        distance=ExpressionWrapper(squared, output_field=FloatField())
    )
    for degrees in (0.05, 0.25, 1, 4, 16):
        box = measured.filter(
            lat__range=(place.lat - degrees, place.lat + degrees),
            lng__range=(place.lng - degrees / shrink, place.lng + degrees / shrink),
            distance__lte=degrees**2,
        )
        if box.values("pk")[needed - 1 : needed].exists():
            return box.order_by("distance", "phonenumber")
    return measured.order_by("distance", "phonenumber")
