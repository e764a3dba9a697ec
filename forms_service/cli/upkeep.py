"""``upkeep``: what the serving process does by itself once a day, done now."""

from __future__ import annotations

import argparse

from forms_service.cli.terminal import say
from forms_service.ports import Actor, Services
from forms_service.workflow.daily import Done, run_daily

_UNNAMED = "a record that is not named here"


def keep_up(services: Services, by: Actor, _: argparse.Namespace) -> int:
    """Do what is due and say it, a line each; 1 when something could not be done."""
    problems = count = 0
    for one in run_daily(services, by):
        say(_line(one))
        count += 1
        problems += bool(one.problem)
    if not count:
        say("nothing was due")
    return 1 if problems else 0


def _line(one: Done) -> str:
    told = {
        "checkpoint": f"checkpoint: {one.detail} entries",
        "time-stamp": f"time stamp: over {one.name}",
        "copies": f"links to copies ended: {one.detail}",
        "lifted": f"seal: {one.name or _UNNAMED}: {one.detail}",
        "renewed": f"archive time stamp: {one.name or _UNNAMED}: renewed",
    }[one.what]
    if not one.problem:
        return told
    what = {"checkpoint": "checkpoint", "time-stamp": "time stamp", "copies": "copies to be fetched"}.get(
        one.what, told
    )
    return f"NOT DONE: {what}: {one.problem}"
