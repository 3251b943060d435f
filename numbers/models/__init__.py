"""The mirror of our numbers, and what people intend with numbers that are in their cool-off."""

from numbers.models.cooloff import CoolOff, OverrideRequest, UnassignIntent
from numbers.models.mirror import DidGroup, Number, TrunkGroup

__all__ = ["CoolOff", "DidGroup", "Number", "OverrideRequest", "TrunkGroup", "UnassignIntent"]
