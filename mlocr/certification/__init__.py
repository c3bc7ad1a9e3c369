"""Certification: the papers a certified station hands in. Nothing here claims a certificate."""
