"""A configuration of its own for tests that make certificates, so that nothing is written into the checkout."""

from __future__ import annotations

from pathlib import Path

from forms_service.settings import ROOT


def own_config(folder: Path) -> Path:
    """Give a folder that reads as ``config/`` does, with keys of its own."""
    config = folder / "config"
    config.mkdir()
    for name in ("agency.toml", "screening.toml", "fonts"):
        (config / name).symlink_to(ROOT / "config" / name)
    return config
