"""What a person wants to hear about plans of theirs: carried out, put off, given up, forced, declined."""

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
    """Of the last week, newest first: plans that ended or were put off, and requests that were decided."""
    since = timezone.now() - TOLD_FOR
    plans = UnassignIntent.objects.filter(asked_by=actor)
    decided = OverrideRequest.objects.filter(
        asked_by=actor, state__in=("forced", "declined"), decided__gt=since
    )
    told = [
        Notice(plan.phonenumber, "bad", "given up", f"Not unassigned: {plan.message}", plan.ended)
        for plan in plans.filter(state="gave_up", ended__gt=since)
    ]
    told += [
        Notice(plan.phonenumber, "ok", "unassigned", f"It left {plan.holder_text}, as planned.", plan.ended)
        for plan in plans.filter(state="done", ended__gt=since)
    ]
    told += [
        Notice(plan.phonenumber, "warn", "put off", plan.message, plan.created)
        for plan in plans.filter(state="waiting", rearmed__gt=0)
    ]
    told += [_decided(asked) for asked in decided]
    return sorted(told, key=lambda notice: notice.at, reverse=True)


def _decided(asked: OverrideRequest) -> Notice:
    tag, word = ("ok", "forced") if asked.state == "forced" else ("warn", "declined")
    text = f"{asked.decided_by_text} {word} the override you asked for: “{asked.decision_reason}”"
    return Notice(asked.phonenumber, tag, word, text, asked.decided)
