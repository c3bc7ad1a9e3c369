"""What a line, a belt and a device do wrong, scripted and seeded: for `mlocr drill` and for tests."""
