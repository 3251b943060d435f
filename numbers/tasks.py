"""What the worker does for numbers. A task is only a trigger: running it twice does the thing once."""

from uuid import UUID

from django_tasks import task

from numbers.services import unassign_later


@task()
def carry_out_unassign(intent_id: str) -> None:
    """Carry out a scheduled unassign that is due."""
    unassign_later.carry_out(UUID(intent_id))
