"""A second witness of the right answer: computed from directory records by brute force, never by the matcher."""
