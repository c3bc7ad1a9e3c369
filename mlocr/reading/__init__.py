"""Reading: from one image lift to address lines. Arrays in, values out; no file, clock or thread."""
