"""Drivers of the kind: cameras."""
