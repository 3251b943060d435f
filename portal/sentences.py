"""Upstream trouble in words for people: what happened, whether anything was changed, what to do now."""

from portal import gate
from portal.core_api import errors

_admin = "An administrator can see more on the status page."


def sentence(error: errors.CoreApiError) -> str:
    """One or two sentences for `error`, safe to show to anybody who is signed in."""
    if error.code == gate.BUSY:
        return "Too much waits for the Core API just now. Nothing was changed. Try again in a few seconds."
    if isinstance(error, errors.CredentialsRefused):
        return f"The Core API does not accept this portal's credentials. Nothing was changed. {_admin}"
    if isinstance(error, errors.Forbidden):
        return f"The Core API does not allow this portal to do that. Nothing was changed. {_admin}"
    if isinstance(error, errors.CoolOffInEffect):
        return "The number is in its cool-off. Nothing was changed."
    if isinstance(error, errors.Rejected):
        return f"The Core API refused: {_reasons(error)}. Nothing was changed."
    if isinstance(error, errors.BadAnswer):
        return "The Core API sent an answer that cannot be read. Nothing was changed. Try again in a moment."
    if isinstance(error, errors.NotSent):
        return "The Core API could not be reached. Nothing was changed. Try again in a moment."
    if isinstance(error, errors.Unavailable):
        return "The Core API did not answer. Nothing was changed. Try again in a moment."
    return (
        "The request was sent, but no answer came that could be trusted. "
        "We are reading back what became of it."
    )


def status_for(error: errors.CoreApiError) -> int:
    """The HTTP status our own page answers with.

    503 when too many wait already, 504 when upstream was silent, 502 when it answered badly.
    """
    if error.code == gate.BUSY:
        return 503
    return 502 if error.status or isinstance(error, errors.BadAnswer) else 504


def _reasons(error: errors.Rejected) -> str:
    told = [text for text in error.fields.values() if text] or [error.message]
    return "; ".join(dict.fromkeys(text.rstrip(". ") for text in told)) or "no reason was given"
