"""Drivers of the kind: address matchers outside this process."""
