"""The postal directory: fixed-width product files, the built store, its edition."""
