"""Picture files for the services; the decoding itself stands in `mlocr.pictures`, where drivers reach it too."""

from mlocr.pictures import load_lift

__all__ = ["load_lift"]
