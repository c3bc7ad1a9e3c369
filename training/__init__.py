"""Training of the small recogniser: text, faces, wear, lines, network; not part of the package."""
