"""Why a number must not be released."""

from portal.forms import ReasonField, TicketForm


class LockForm(TicketForm):
    reason = ReasonField(help_text="Whoever wants to release it reads this.")
