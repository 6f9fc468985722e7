"""Input about duty."""
