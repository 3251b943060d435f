"""How values look on the screens. A builtin of every template: no `{% load %}` needed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import e164

register = template.Library()

NOTHING = "–"


@register.filter
def number(digits: object) -> str:
    """E.164 digits as `(516) 206-5575` or `+46 501 81 80 82`; other text as it is."""
    return e164.display(str(digits)) if digits else NOTHING


@register.filter
def money(price: object) -> str:
    """US dollars with cents; the Core API's prices have no other currency (Core API §2.1.2)."""
    if price in (None, ""):
        return NOTHING
    try:
        amount = Decimal(str(price))
    except InvalidOperation:
        return str(price)
    return f"{'−' if amount < 0 else ''}${abs(amount):,.2f}"


# --- time ----------------------------------------------------------------------------------------

_SCALE = ((86_400, "day"), (3_600, "h"), (60, "min"), (1, "s"))


@register.filter
def ago(moment: datetime | None) -> str:
    """`12 s ago`, `4 min ago`, `3 h ago`, `2 days ago`; `in 3 days` for a moment to come."""
    if moment is None:
        return "never"
    distance = timezone.now() - moment
    if abs(distance) < timedelta(seconds=2):
        return "just now"
    words = _span(abs(distance))
    return f"{words} ago" if distance > timedelta(0) else f"in {words}"


def _span(distance: timedelta) -> str:
    seconds = int(distance.total_seconds())
    size, unit = next((size, unit) for size, unit in _SCALE if seconds >= size)
    count = seconds // size
    return f"{count} {unit}{'s' if unit == 'day' and count > 1 else ''}"


@register.filter
def duration(span: timedelta) -> str:
    """`12 d 4 h`, `4 h 10 min`, `50 s`: the largest unit and the next one, unless that is zero."""
    seconds = int(span.total_seconds())
    counts = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count or counts:
            counts.append((count, unit))
    return " ".join(f"{count} {unit}" for count, unit in counts[:2] if count) or "0 s"


@register.filter
def stamp(moment: datetime | None) -> str:
    """`21 Nov 2026, 10:42:07 UTC`, in the time zone in force."""
    if moment is None:
        return NOTHING
    local = timezone.localtime(moment)
    return f"{local.day} {local:%b %Y, %H:%M:%S %Z}"


_UTC_WORDS = {
    "": stamp,
    "full": stamp,
    "date": lambda moment: f"{moment.day} {moment:%b %Y %Z}",
    "time": lambda moment: f"{moment:%H:%M:%S %Z}",
}


@register.filter
def at(moment: datetime | None, shape: str = "") -> str | SafeString:
    """A moment the script shows in the reader's own zone; without it, in UTC and saying so.

    `shape`: "" for day and minute, `date`, `time`, or `full`.
    """
    if moment is None:
        return NOTHING
    moment = timezone.localtime(moment)
    words = _UTC_WORDS[shape](moment)
    return format_html('<time datetime="{}" data-at="{}">{}</time>', moment.isoformat(), shape, words)


@register.filter
def since(moment: datetime | None) -> str | SafeString:
    """`4 min ago`, and it keeps counting."""
    if moment is None:
        return "never"
    exact = stamp(moment)
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>', moment.isoformat(), exact, ago(moment)
    )


# --- places --------------------------------------------------------------------------------------


@register.filter
def town(locality: str | None, state: str | None) -> str:
    """`Garden City, NY`, as much of it as is known."""
    return ", ".join(part for part in ((locality or "").title(), state) if part)


# --- capabilities --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Capability:
    """A kind of traffic; `on` says whether there is any of it at all."""

    label: str
    on: bool = True


# A kind, and what its bits mean; both directions make the plain word (Core API §2.1.2).
_KINDS = (
    ("Voice", ((4, "Voice"),)),
    ("SMS", ((3, "SMS"), (1, "SMS in"), (2, "SMS out"))),
    ("MMS", ((24, "MMS"), (8, "MMS in"), (16, "MMS out"))),
)


@register.filter
def capabilities(mask: int | None) -> list[Capability]:
    """Voice, SMS and MMS: each as far as the bits of `mask` allow it, or off."""
    found = []
    for kind, meanings in _KINDS:
        label = next((word for bits, word in meanings if (mask or 0) & bits == bits), None)
        found.append(Capability(label) if label else Capability(kind, on=False))
    return found


@register.filter
def capability_words(mask: int | None) -> str:
    return ", ".join(each.label for each in capabilities(mask) if each.on) or "none"


# --- statuses ------------------------------------------------------------------------------------

# A number's status upstream (Core API §2.1.5) in our words, and the style of its tag.
_NUMBER_STATUSES = {
    "assigned": ("rented", "ok"),
    "pending_assignment": ("pending", "busy"),
    "available": ("available", "accent"),
    "aging": ("released", ""),
    "deleted": ("removed", "bad"),
}
# The style of a partner's status (Core API §2.5), which is shown in upstream's own word.
_PARTNER_STYLES = {
    "active": "ok",
    "suspended": "bad",
    "canceled": "bad",
    "unverified": "warn",
    "unconfirmed": "warn",
}


@register.filter
def number_status(status: str) -> SafeString:
    word, style = _NUMBER_STATUSES.get(status, (status or "unknown", ""))
    return tag_of(word, style)


@register.filter
def partner_status(status: str) -> SafeString:
    return tag_of(status or "unknown", _PARTNER_STYLES.get(status, ""))


def tag_of(word: str, style: str) -> SafeString:
    return format_html('<span class="{}">{}</span>', f"tag {style}".rstrip(), word)


# --- browsers ------------------------------------------------------------------------------------

_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ("curl/", "curl"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def browser(agent: str) -> str:
    """`Chrome on Linux` of a User-Agent header; its beginning when it is none we know."""
    name = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " on ".join(part for part in (name, system) if part) or agent[:60] or "unknown"
