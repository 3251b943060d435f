"""What a person wants to hear about plans of theirs: given up, forced, declined."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from numbers.models import OverrideRequest, UnassignIntent
from portal import e164

TOLD_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Notice:
    """`tag` is bad, ok or warn; `word` goes into the tag; `at` (aware) is when it came to that."""

    phonenumber: str
    tag: str
    word: str
    text: str
    at: datetime

    def __str__(self) -> str:
        return e164.display(self.phonenumber)


def notices(actor: User) -> list[Notice]:
    """Of the last week, newest first: plans that were given up, and requests that were decided."""
    since = timezone.now() - TOLD_FOR
    given_up = UnassignIntent.objects.filter(asked_by=actor, state="gave_up", ended__gt=since)
    decided = OverrideRequest.objects.filter(
        asked_by=actor, state__in=("forced", "declined"), decided__gt=since
    )
    told = [
        Notice(i.phonenumber, "bad", "given up", f"Not unassigned: {i.message}", i.ended) for i in given_up
    ]
    told += [_decided(asked) for asked in decided]
    return sorted(told, key=lambda notice: notice.at, reverse=True)


def _decided(asked: OverrideRequest) -> Notice:
    tag, word = ("ok", "forced") if asked.state == "forced" else ("warn", "declined")
    text = f"{asked.decided_by_text} {word} your override request: “{asked.decision_reason}”"
    return Notice(asked.phonenumber, tag, word, text, asked.decided)
