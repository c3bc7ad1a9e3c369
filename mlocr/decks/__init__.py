"""Decks of letters: the format, the generator and the score."""
