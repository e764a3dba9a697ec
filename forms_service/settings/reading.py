"""Reads the settings: variables, ``service.toml`` and ``agency.toml``, every problem collected on the way."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from forms_service.errors import ConfigurationError
from forms_service.patterns import problem_of
from forms_service.settings import copy_link, seal_token, sign_on
from forms_service.settings.bh_numbers import read_bh_numbers
from forms_service.settings.copy_link import CopyLinkSettings, read_copy_link, read_pick_up_folder
from forms_service.settings.seal_token import SealToken, read_seal_token
from forms_service.settings.sign_on import SignOnSettings, read_sign_on
from forms_service.settings.values import SEAL_LEVELS, SOFFICE, Settings, beside

ROOT = Path(__file__).resolve().parents[2]
VARIABLES = seal_token.VARIABLES | frozenset(
    "FORMS_" + name
    for name in [
        "CONFIG",
        "TEMPLATES",
        "ARCHIVE",
        "DATABASE",
        "CHECKPOINTS",
        "PRODUCTION",
        "PRACTICE",
        "ORIGIN",
        "TRUSTED_PROXY",
        "TLS_CERTIFICATE",
        "TLS_KEY",
        "TSA_URL",
        "SEAL_LEVEL",
        "SEAL_TRUSTED",
        "SEAL_KEY",
        "SEAL_PASSPHRASE",
        "SOFFICE",
        *sign_on.VARIABLES,
    ]
)
_KEYS: Mapping[str, frozenset[str]] = {
    "service": frozenset({"production", "password_hash", "soffice"}),
    "web": frozenset(
        {
            "origin",
            "practice_origin",
            "trusted_proxy",
            "tls_certificate",
            "tls_key",
            "verify_open_to_strangers",
            "session_hours",
            "idle_minutes",
        }
    ),
    "seal": seal_token.KEYS | {"tsa_url", "level", "trusted", "renew_days", "key", "passphrase"},
    "oidc": sign_on.KEYS,
    "copy_link": copy_link.KEYS,
}


def read_settings(environment: Mapping[str, str], *, root: Path = ROOT) -> Settings:
    """Read the settings.

    Args:
        environment: The process's variables; those that do not begin with ``FORMS_`` are left alone.
        root: Where default folders lie.

    Raises:
        ConfigurationError: With every problem in one message.
    """
    reader = _Reader(environment, root)
    settings = reader.settings()
    if reader.problems:
        raise ConfigurationError(problem="; ".join(reader.problems))
    return settings


def read_with_problems(environment: Mapping[str, str], *, root: Path = ROOT) -> tuple[Settings, tuple[str, ...]]:
    """Read the settings as far as they can be read, and give every problem beside them."""
    reader = _Reader(environment, root)
    return reader.settings(), tuple(reader.problems)


class _Reader:
    """Collects problems while it reads."""

    def __init__(self, environment: Mapping[str, str], root: Path) -> None:
        self._environment = {name: value for name, value in environment.items() if name.startswith("FORMS_")}
        self._root = root
        self.problems = [f"unknown variable {name}" for name in sorted(self._environment) if name not in VARIABLES]
        self._config = self._path("FORMS_CONFIG", "config")

    def settings(self) -> Settings:
        service = self._toml("service.toml", needed=False)
        agency_file = self._toml("agency.toml", needed=True)
        self._unknown_keys(service)
        web, seal = _table(service, "web"), _table(service, "seal")
        certificate, key = self._tls(web)
        origin = self._origin(self._text("FORMS_ORIGIN", web.get("origin", "http://localhost:8080")))
        settings = Settings(
            config=self._config,
            templates=self._path("FORMS_TEMPLATES", "templates"),
            archive=self._path("FORMS_ARCHIVE", "signed"),
            database=self._path("FORMS_DATABASE", "var/forms.sqlite3"),
            checkpoints=self._path("FORMS_CHECKPOINTS", "var/checkpoints"),
            production=self._flag("FORMS_PRODUCTION", _table(service, "service").get("production", False)),
            origin=origin,
            soffice=Path(self._text("FORMS_SOFFICE", _table(service, "service").get("soffice", str(SOFFICE)))),
            password_hash=self._choice(service, "password_hash", ("argon2id", "pbkdf2")),
            trusted_proxy=self._text("FORMS_TRUSTED_PROXY", web.get("trusted_proxy", "")),
            tls_certificate=certificate,
            tls_key=key,
            **self._seal(seal),  # type: ignore[arg-type]  # each value is checked where it is read
            seal_key=self._file("FORMS_SEAL_KEY", seal.get("key", ""), "seal.p12"),
            seal_passphrase=self._file("FORMS_SEAL_PASSPHRASE", seal.get("passphrase", ""), "seal.pass"),
            seal_token=self._seal_token(seal),
            sign_on=self._sign_on(service),
            copy_link=self._copy_link(service, origin),
            pick_up_folder=self._pick_up_folder(service),
            **self._agency(agency_file),  # type: ignore[arg-type]  # each value is checked where it is read
            verify_open_to_strangers=bool(web.get("verify_open_to_strangers", False)),
            session_hours=self._number(web.get("session_hours", 12), "session_hours", 1, 12),  # CJIS IA-11: 12 at most
            idle_minutes=self._number(web.get("idle_minutes", 30), "idle_minutes", 1, 30),  # CJIS AC-11: 30 at most
        )
        practises = self._flag("FORMS_PRACTICE", configured=False)
        practice_origin = self._origin(
            self._text("practice_origin", web.get("practice_origin", "http://localhost:8081"))
        )
        return beside(settings, practice_origin) if practises and settings.production else settings

    def _seal_token(self, seal: Mapping[str, object]) -> SealToken | None:
        token, problems = read_seal_token(seal, self._environment)
        self.problems.extend(problems)
        return token

    def _seal(self, seal: Mapping[str, object]) -> dict[str, object]:
        tsa_url = self._url("FORMS_TSA_URL", seal.get("tsa_url", ""))
        level = self._text("FORMS_SEAL_LEVEL", seal.get("level", SEAL_LEVELS[bool(tsa_url)]))
        trusted = self._trusted(seal.get("trusted", []))
        if level not in SEAL_LEVELS:
            self.problems.append(f"seal level: expected {', '.join(SEAL_LEVELS)}")
        elif level != SEAL_LEVELS[0] and not tsa_url:
            self.problems.append(f"seal level {level} needs a time-stamp server: tsa_url")
        elif level in SEAL_LEVELS[2:] and not trusted:
            self.problems.append(f"seal level {level} needs the certificates it is judged by: trusted")
        renew_days = self._number(seal.get("renew_days", 180), "renew_days", 30, 1000)
        return {"tsa_url": tsa_url, "seal_level": level, "seal_trusted": trusted, "renew_days": renew_days}

    def _trusted(self, configured: object) -> tuple[Path, ...]:
        given = self._environment.get("FORMS_SEAL_TRUSTED")
        names = given.split(os.pathsep) if given else configured
        if not isinstance(names, list) or not all(isinstance(one, str) and one for one in names):
            self.problems.append("seal trusted: expected a list of files")
            return ()
        return tuple(Path(one).absolute() for one in names)

    def _sign_on(self, service: Mapping[str, object]) -> SignOnSettings | None:
        found, problems = read_sign_on(_table(service, "oidc"), self._environment)
        self.problems.extend(problems)
        return found

    def _copy_link(self, service: Mapping[str, object], origin: str) -> CopyLinkSettings | None:
        found, problems = read_copy_link(_table(service, "copy_link"), origin)
        self.problems.extend(problems)
        return found

    def _pick_up_folder(self, service: Mapping[str, object]) -> Path | None:
        found, problems = read_pick_up_folder(_table(service, "copy_link"))
        self.problems.extend(problems)
        return found

    def _tls(self, web: Mapping[str, object]) -> tuple[Path | None, Path | None]:
        given = (self._text(f"FORMS_{name.upper()}", web.get(name, "")) for name in ("tls_certificate", "tls_key"))
        certificate, key = (Path(one).absolute() if one else None for one in given)
        if (certificate is None) is not (key is None):
            self.problems.append("tls_certificate and tls_key are given together")
        return certificate, key

    def _agency(self, data: Mapping[str, object]) -> dict[str, object]:
        agency, rules = _table(data, "agency"), _table(data, "rules")
        facts = {key: str(value) for key, value in agency.items() if isinstance(value, str | int)}
        rule = rules.get("victim_rule", "no_objection")
        if rule not in ("no_objection", "consent"):
            self.problems.append("agency.toml: victim_rule is no_objection or consent")
        numbers, problems = read_bh_numbers(data.get("bh_numbers"), facts)
        self.problems.extend(problems)
        retention = {name: one for name, one in _table(data, "retention").items() if isinstance(one, Mapping)}
        return {
            "agency": facts,
            "zone": self._zone(str(agency.get("zone", "America/Los_Angeles"))),
            "bh_numbers": numbers,
            "case_number_pattern": self._pattern(_table(data, "case_number").get("pattern", "[0-9A-Za-z-]{1,20}")),
            "victim_rule": str(rule),
            "lead_min_age": self._number(rules.get("lead_min_age", 18), "lead_min_age", 0, 120),
            "retention": retention,
            "sign_in_notice": self._notice(_table(data, "sign_in").get("notice", [])),
        }

    def _notice(self, configured: object) -> tuple[str, ...]:
        sentences = configured if isinstance(configured, list) else [None]
        if not all(isinstance(one, str) and one.strip() for one in sentences):
            self.problems.append("agency.toml: [sign_in] notice is a list of sentences")
            return ()
        return tuple(sentences)

    def _path(self, variable: str, default: str) -> Path:
        given = self._environment.get(variable, "")
        if variable in self._environment and not given:
            self.problems.append(f"{variable} is empty")
        return Path(given).absolute() if given else self._root / default

    def _file(self, variable: str, configured: object, default: str) -> Path:
        given = self._environment.get(variable) or (configured if isinstance(configured, str) else "")
        return Path(given).absolute() if given else self._config / "keys" / default

    def _text(self, variable: str, configured: object) -> str:
        value = self._environment.get(variable, configured)
        if not isinstance(value, str):
            self.problems.append(f"{variable}: expected text")
            return ""
        return value.strip()

    def _flag(self, variable: str, configured: object) -> bool:
        value = self._environment.get(variable)
        if value is None and isinstance(configured, bool):
            return configured
        if value not in ("true", "false"):
            self.problems.append(f"{variable}: expected true or false")
        return value == "true"

    def _choice(self, service: Mapping[str, object], name: str, known: tuple[str, ...]) -> str:
        value = _table(service, "service").get(name, known[0])
        if value not in known:
            self.problems.append(f"service.toml: {name} is {' or '.join(known)}")
        return str(value)

    def _number(self, value: object, name: str, least: int, most: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.problems.append(f"{name}: expected a whole number from {least} to {most}")
        return least

    def _url(self, variable: str, configured: object) -> str:
        url = self._text(variable, configured)
        if url and urlsplit(url).scheme not in ("http", "https"):
            self.problems.append(f"{variable}: expected an http or https address")
        return url

    def _origin(self, origin: str) -> str:
        parts = urlsplit(origin)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host or parts.path not in ("", "/"):
            self.problems.append("origin: expected http(s)://name[:port], nothing after it")
        elif re.fullmatch(r"[0-9.]+|.*:.*", host):
            self.problems.append("origin: a name is needed, not an address in digits (passkeys and certificates)")
        return origin.rstrip("/")

    def _zone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            self.problems.append(f"agency.toml: zone {name} is not known")
            return ZoneInfo("UTC")

    def _pattern(self, pattern: object) -> str:
        if problem := problem_of(str(pattern)):
            self.problems.append(f"agency.toml: case_number pattern: {problem}")
        return str(pattern)

    def _toml(self, name: str, *, needed: bool) -> dict[str, object]:
        try:
            return tomllib.loads((self._config / name).read_text("utf-8"))
        except FileNotFoundError:
            if needed:
                self.problems.append(f"{name} is missing in {self._config}")
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self.problems.append(f"{name}: {error}")
        return {}

    def _unknown_keys(self, service: Mapping[str, object]) -> None:
        for table, content in service.items():
            known = _KEYS.get(table)
            if known is None or not isinstance(content, Mapping):
                self.problems.append(f"service.toml: unknown table {table}")
                continue
            self.problems.extend(f"service.toml: unknown key {table}.{key}" for key in content if key not in known)


def _table(data: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = data.get(name, {})
    return found if isinstance(found, Mapping) else {}
