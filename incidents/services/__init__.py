"""Acts on the log. One module per concern."""
