"""Drivers of the kind: OCR engines."""
