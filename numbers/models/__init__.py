"""The mirror of our numbers, and what people intend with numbers that are in their cool-off."""

from numbers.models.cooloff import CoolOff, OverrideRequest, UnassignIntent
from numbers.models.mirror import DidGroup, Number, TrunkGroup
from numbers.models.release import ReleaseLock

__all__ = ["CoolOff", "DidGroup", "Number", "OverrideRequest", "ReleaseLock", "TrunkGroup", "UnassignIntent"]
