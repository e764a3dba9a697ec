"""The LEAD forms service: renders, signs, seals and archives the papers of police diversion."""

__version__ = "0.1.0"
