"""Columns of the lists of duty."""
