"""List columns, one module per concern."""
