"""One module per group of entities: places, rooms, premises, imports."""
