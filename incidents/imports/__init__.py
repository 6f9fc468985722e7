"""Import of an existing incident log: columns by a saved mapping, dry run, all or nothing."""
