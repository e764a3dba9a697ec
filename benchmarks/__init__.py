"""Benchmarks: ratios in one run against named rivals."""
