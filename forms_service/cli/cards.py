"""``cards``: the characters that are printed on pocket cards."""

from __future__ import annotations

import argparse

from forms_service.cli.terminal import say
from forms_service.domain.numbers import CARD_CODE, draw_document_id
from forms_service.ports import Actor, Services

MOST_AT_ONCE = 10_000  # a print shop's order


def draw_cards(services: Services, _: Actor, arguments: argparse.Namespace) -> int:
    """Draw so many, a line each; nothing is kept of them until one is handed out."""
    for _number in range(min(arguments.count, MOST_AT_ONCE)):
        say(str(draw_document_id(CARD_CODE, services.chance.bits)))
    return 0
