"""Access screens: accounts, grants, the audit trail."""
