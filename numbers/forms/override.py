"""Why a cool-off should be overridden, or should not."""

from portal.forms import ReasonField, TicketForm


class OverrideForm(TicketForm):
    reason = ReasonField(help_text="What an administrator needs to know to decide.")


class DeclineForm(TicketForm):
    reason = ReasonField(label="Reason", help_text="The person who asked sees it.")
