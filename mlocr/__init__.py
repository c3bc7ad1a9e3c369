"""An open mail encoding station: from the image of a letter to the ink on it."""
