"""Marking: from a routing code to bars, to dot columns, and back again."""
