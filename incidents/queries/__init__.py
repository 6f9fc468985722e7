"""Reads of the log. One module per concern."""
