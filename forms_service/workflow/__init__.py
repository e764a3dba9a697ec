"""The use cases: one a file; each loads, refuses, decides and commits."""
