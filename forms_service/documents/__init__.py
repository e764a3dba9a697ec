"""Bytes of documents; one library a file, behind a port."""
