"""Measurements of lists, reports, imports and acts on generated provinces (`make bench`)."""
