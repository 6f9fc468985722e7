"""Addresses below /duty/."""
