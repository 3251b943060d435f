"""How long a token lives."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from partners.models import Token
from partners.services.issue import LONGEST
from partners.services.token_edit import end_of
from portal.forms import NothingMasked, TicketForm

DEFAULT_DAYS = 90
LIVES = {"30": "30 days", "90": "90 days", "365": "one year", "date": "until a date"}


def life_of(token: Token) -> str:
    """The usual span a token was given, the default where it was another one: a key of `LIVES`."""
    if token.issued_at is None or token.expires_at is None:
        return str(DEFAULT_DAYS)
    days = str(round((token.expires_at - token.issued_at) / timedelta(days=1)))
    return days if days in LIVES else str(DEFAULT_DAYS)


class Life(TicketForm, NothingMasked):
    """How long a token lives: a usual span, or until the end of a day."""

    life = forms.ChoiceField(
        label="Lives for",
        choices=list(LIVES.items()),
        initial=str(DEFAULT_DAYS),
        error_messages={"required": "Say how long it lives."},
    )
    until = forms.DateField(
        label="Until the end of (UTC)", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("life") == "date" and "until" not in self.errors:
            if not data.get("until"):
                self.add_error("until", "Pick the day on which it ends.")
            else:
                self._check_day(data["until"])
        return data

    def _check_day(self, day: date) -> None:
        if day < timezone.now().astimezone(UTC).date():
            self.add_error("until", "This day is over. A token has to end in the future.")
        elif end_of(day) > timezone.now() + LONGEST:
            self.add_error("until", "At most five years from now.")

    def expires_at(self) -> datetime:
        data = self.cleaned_data
        if data["life"] == "date":
            return end_of(data["until"])
        return timezone.now() + timedelta(days=int(data["life"]))
