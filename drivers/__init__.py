"""Drivers: cameras, readers and inkjet controllers, found by name and never imported by the station."""
