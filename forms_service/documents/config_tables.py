"""The tables of ``config/``: ``screening.toml`` and ``roles.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path

from forms_service.domain.roles import RoleTable, parse_role_table
from forms_service.domain.screening import ScreeningTable, parse_screening_table
from forms_service.errors import ConfigurationError
from forms_service.workflow.permission import check_role_table


def read_screening(file: Path, *, victim_rule: str) -> ScreeningTable:
    """Read the decision table.

    Raises:
        ConfigurationError: The file can not be read as TOML.
        ScreeningTableError: With every fault of the table.
    """
    return parse_screening_table(_toml(file), victim_rule=victim_rule)


def read_roles(file: Path) -> RoleTable:
    """Read the table of roles.

    Raises:
        ConfigurationError: The file can not be read as TOML.
        RoleTableError: With every fault of the table.
    """
    table = parse_role_table(_toml(file))
    check_role_table(table)
    return table


def _toml(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(problem=f"{file.name}: {error}") from error
