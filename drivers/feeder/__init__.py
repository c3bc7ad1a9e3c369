"""What lets letters come, or keeps them back."""
