"""Matching: from address lines to a directory record and its delivery point code."""
