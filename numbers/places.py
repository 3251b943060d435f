"""The United States as the screens show them: names, and the tile map's grid."""

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas",
    "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts",
    "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana",
    "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico",
    "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
    "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip

# Twelve columns; a dot is an empty cell.
TILE_GRID = (
    "AK . . . . . . . . . . ME",
    ". . . . . . . . . . VT NH",
    ". WA ID MT ND MN IL WI MI NY RI MA",
    ". OR NV WY SD IA IN OH PA NJ CT .",
    ". CA UT CO NE MO KY WV VA MD DE .",
    ". . AZ NM KS AR TN NC SC DC . .",
    ". . . . OK LA MS AL GA . . .",
    "HI . . . TX . . . . FL . .",
)


def tiles(counts: dict[str, int], url: str, current: str = "") -> list[list[dict[str, object] | None]]:
    """The tile map's rows: a cell per state with its count, a heat from 0 to 4 and its link.

    `counts` maps two-letter states to how many numbers there are; `url` is what a state's
    letters are appended to; `current` is the picked state.
    """
    busiest = max(counts.values(), default=0)
    return [
        [
            None
            if state == "."
            else {
                "state": state,
                "name": STATES[state],
                "count": counts.get(state, 0),
                "heat": heat(counts.get(state, 0), busiest),
                "url": url + state,
                "current": state == current,
            }
            for state in row.split()
        ]
        for row in TILE_GRID
    ]


def heat(count: int, busiest: int) -> int:
    """0 for none, then 1 to 4; by the square root, so that Texas does not leave all others pale."""
    if not count:
        return 0
    return min(4, 1 + int(4 * (count / busiest) ** 0.5))
