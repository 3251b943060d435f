"""Real US geography: area codes, exchanges with their places, ZIP codes.

Built once per database from two packages' data: prefix labels of `phonenumbers` ("Garden City, NY")
and the coordinates of ZIP codes. Afterwards everything is read by primary key; nothing here is
imported at a price while serving. Localities are those labels: places, not official rate centres.
"""

import importlib.util
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from sandbox.models import Area, Exchange, Zip
from sandbox.seeding import rows

Point = tuple[float, float]  # latitude, longitude in degrees

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "Washington D.C.", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas",
    "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts",
    "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana",
    "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico",
    "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington State", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
_BY_LABEL = {label: state for state, label in STATES.items()}

# Area codes with fewer labelled exchanges than this (the newest ones, one-city ones) get these too.
_ENOUGH = 12
_STAND_INS = range(220, 280, 5)
# Area code -> one laid over it that is newer than the list of ZIP codes.
_OVERLAYS = {
    "573": "235", "920": "274", "904": "324", "870": "327", "845": "329", "608": "353", "707": "369", "305":
    "645", "804": "686", "561": "728", "618": "730", "213": "738", "970": "748", "864": "821", "816": "975",
}  # fmt: skip
# The exchange of the Core API guide's own samples; the labels do not name it.
_KNOWN = {"516206": "GARDEN CITY"}


class GeographyMissingError(RuntimeError):
    """The database has no geography yet: `manage.py sandbox seed` puts it there."""


@dataclass(frozen=True)
class Town:
    """A ZIP code's entry: its place, and the area codes its people use."""

    code: str
    city: str
    state: str
    point: Point
    areas: tuple[str, ...]


def nearby_point(*, npa: str | None = None, zip: str | None = None) -> Point | None:  # noqa: A002 - the filter's word
    """Where an area code's or a ZIP code's middle is; None when neither is known here."""
    found = Area.objects.filter(npa=npa) if npa else Zip.objects.filter(code=zip)
    return found.values_list("lat", "lng").first()


def ensure() -> bool:
    """Build the tables when they are empty; True when that was needed. Takes one or two seconds."""
    if Zip.objects.exists():
        return False
    build()
    return True


@transaction.atomic
def build() -> None:
    """Fill the three tables, all or nothing. Needs some 200 MB while it runs: never while serving."""
    labels = us_labels()
    towns = list(read_towns())
    states = area_states(labels)
    cities, areas = _middles(towns)
    exchanges = dict(_labelled(labels, states))
    exchanges |= _KNOWN | dict(_stand_ins(labels, states, exchanges, towns))
    located = {
        prefix: cities.get((plain(locality), states[prefix[:3]]))
        or areas.get((prefix[:3], states[prefix[:3]]))
        for prefix, locality in exchanges.items()
    }
    middles = {npa: areas.get((npa, state)) or _mean(_of_area(npa, located)) for npa, state in states.items()}
    rows.insert(
        Area, ("npa", "state", "lat", "lng"), ((npa, states[npa], *middles[npa]) for npa in sorted(states))
    )
    rows.insert(
        Exchange,
        ("npa_nxx", "npa", "state", "locality", "lat", "lng"),
        (
            (
                prefix,
                prefix[:3],
                states[prefix[:3]],
                exchanges[prefix],
                *(located[prefix] or middles[prefix[:3]]),
            )
            for prefix in sorted(exchanges)
        ),
    )
    rows.insert(
        Zip,
        ("code", "lat", "lng"),
        ((code, *point) for code, point in {t.code: t.point for t in towns}.items()),
    )


def us_labels() -> dict[str, str]:
    """English labels of the prefixes of country code 1, without that 1: "516" or "516206" -> label.

    Only the chunks that hold them are loaded. Importing their package would load the whole world:
    five seconds and 200 MB.
    """
    package = importlib.util.find_spec("phonenumbers")
    if package is None or package.origin is None:
        raise GeographyMissingError(
            "The package phonenumbers is not installed; the sandbox's geography comes from it."
        )
    labels: dict[str, str] = {}
    for number in range(1000):
        chunk = _chunk(Path(package.origin).parent / "geodata", number)
        found = {
            prefix[1:]: names["en"] for prefix, names in chunk.items() if prefix[0] == "1" and "en" in names
        }
        if not found:
            return labels
        labels |= found
    return labels


def _chunk(folder: Path, number: int) -> dict[str, dict[str, str]]:
    spec = importlib.util.spec_from_file_location(
        f"phonenumbers.geodata.data{number}", folder / f"data{number}.py"
    )
    if spec is None or spec.loader is None:
        return {}
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.data


def read_towns() -> Iterator[Town]:
    """Every ZIP code of the 50 states and DC that has coordinates."""
    import zipcodes

    for state in STATES:  # by state: a list of all is kept for ever by the package, 160 MB of it
        for each in zipcodes.filter_by_state(state):
            if float(each["lat"]) and float(each["long"]):
                point = (float(each["lat"]), float(each["long"]))
                areas = each["area_codes"]
                newer = [_OVERLAYS[npa] for npa in areas if npa in _OVERLAYS]
                yield Town(each["zip_code"], each["city"].upper(), state, point, (*areas, *newer))


def area_states(labels: dict[str, str]) -> dict[str, str]:
    """Area code -> state, of the 50 states and DC.

    An area code's own label decides; without one, most of its prefixes do (a stray prefix may name
    the neighbour).
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for prefix, label in labels.items():
        if state := _state_of(label):
            votes[prefix[:3]][state] += 1_000_000 if len(prefix) == 3 else 1
    foreign = {prefix for prefix, label in labels.items() if len(prefix) == 3 and not _state_of(label)}
    return {npa: found.most_common(1)[0][0] for npa, found in votes.items() if npa not in foreign}


def _state_of(label: str) -> str | None:
    state = label.rpartition(", ")[2]
    return state if state in STATES else _BY_LABEL.get(label)


def _labelled(labels: dict[str, str], states: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(exchange, locality) of every exchange whose label names a place of its area's own state."""
    usable = _valid_exchange()
    for prefix, label in sorted(
        labels.items(), key=lambda item: len(item[0])
    ):  # a longer prefix corrects a shorter
        state = states.get(prefix[:3])
        if len(prefix) == 3 or state is None or _state_of(label) != state:
            continue
        for exchange in _exchanges_of(prefix):
            for locality in _city_of(label):
                if usable(exchange):
                    yield exchange, locality


def _exchanges_of(prefix: str) -> Iterable[str]:
    """The six-digit prefixes below a label's prefix of five or six digits ("20332" -> "203320"…)."""
    missing = 6 - len(prefix)
    return [f"{prefix}{rest:0{missing}}" for rest in range(10**missing)] if missing > 0 else [prefix[:6]]


def _valid_exchange():
    """A test for exchanges whose numbers are valid and can be given to people (no 911s, no 555)."""
    from phonenumbers.data.region_US import PHONE_METADATA_US

    valid = re.compile(PHONE_METADATA_US.fixed_line.national_number_pattern).fullmatch
    return lambda exchange: (
        exchange[4:] != "11" and exchange[3:] not in ("555", "950") and bool(valid(exchange + "2000"))
    )


def _stand_ins(
    labels: dict[str, str], states: dict[str, str], known: dict[str, str], towns: list[Town]
) -> Iterator[tuple[str, str]]:
    """(exchange, locality) for area codes with few labelled ones: the city the code is labelled
    with, else the towns that use it, else the state's biggest places."""
    usable = _valid_exchange()
    labelled = Counter(exchange[:3] for exchange in known)
    using: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for town in towns:
        for npa in (*town.areas, ""):
            using[npa, town.state][town.city] += 1
    for npa, state in sorted(states.items()):
        if labelled[npa] >= _ENOUGH:
            continue
        towns_here = using[npa, state] or using["", state]
        places = _city_of(labels.get(npa, "")) or sorted(city for city, _count in towns_here.most_common(4))
        for at, nxx in enumerate(_STAND_INS):
            exchange = f"{npa}{nxx}"
            if usable(exchange) and exchange not in known:
                yield exchange, places[at % len(places)]


def _city_of(label: str) -> list[str]:
    city = "WASHINGTON" if label == STATES["DC"] else label.rpartition(", ")[0].upper()
    return [city] if city else []


def _middles(towns: list[Town]) -> tuple[dict[tuple[str, str], Point], dict[tuple[str, str], Point]]:
    """The middle of each (city, state) and of each (area code, state)."""
    cities, areas = defaultdict(list), defaultdict(list)
    for town in towns:
        cities[plain(town.city), town.state].append(town.point)
        for npa in town.areas:
            areas[npa, town.state].append(town.point)
    return {key: _mean(found) for key, found in cities.items()}, {
        key: _mean(found) for key, found in areas.items()
    }


def _of_area(npa: str, located: dict[str, Point | None]) -> list[Point]:
    return [point for exchange, point in located.items() if point and exchange[:3] == npa]


def _mean(points: list[Point]) -> Point:
    return round(sum(p[0] for p in points) / len(points), 4), round(
        sum(p[1] for p in points) / len(points), 4
    )


# How the labels shorten names that the postal list writes out.
_SHORT = {
    "HTS": "HEIGHTS", "SPGS": "SPRINGS", "SPG": "SPRING", "BCH": "BEACH", "CTY": "CITY", "FT": "FORT",
    "MT": "MOUNT", "ST": "SAINT", "STE": "SAINTE", "PK": "PARK", "VLY": "VALLEY", "GRV": "GROVE",
    "FLS": "FALLS", "JCT": "JUNCTION", "LK": "LAKE", "CTR": "CENTER", "TWP": "TOWNSHIP", "HBR": "HARBOR",
    "N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST", "VLG": "VILLAGE", "IS": "ISLAND", "PT": "POINT",
    "RVR": "RIVER", "CRK": "CREEK", "MTN": "MOUNTAIN",
}  # fmt: skip


def plain(name: str) -> str:
    """A place's name for comparing: upper case, written out, without punctuation."""
    words = re.sub(r"[^A-Z ]", " ", name.upper()).split()
    return " ".join(_SHORT.get(word, word) for word in words)
