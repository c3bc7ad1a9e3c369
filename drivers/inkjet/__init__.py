"""Drivers of the kind: inkjet controllers and the devices that stand in for them."""
