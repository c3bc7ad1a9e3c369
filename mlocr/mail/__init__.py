"""The words: frozen values named as the postal field names them."""
