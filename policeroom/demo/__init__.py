"""The demonstration province: invented, deterministic, plainly marked as demo data."""
