"""Worlds to start with: real geography, an inventory, partners and what they hold."""
