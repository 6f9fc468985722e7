"""Forms: the door for input, one module per concern."""
