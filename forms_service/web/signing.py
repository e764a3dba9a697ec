"""Strokes from the pad to ``signatures.json``: one block a page, judged at once, archived at the last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from forms_service.domain.conditions import holds
from forms_service.domain.forms import FormDefinition, SignatureBlock
from forms_service.domain.signature import LeastInk, check_ink
from forms_service.domain.signature_reading import parse_signature_set
from forms_service.errors import JsonUnreadableError, SignatureIsEmptyError
from forms_service.web.current import current_actor, current_services
from forms_service.web.drafts import OpenDraft
from forms_service.web.hand_over import moment
from forms_service.workflow.complete import Completed, CompletionRequest, complete
from forms_service.workflow.draft import drop_draft

LONGEST_PAUSE_MS = 15 * 60 * 1000


def blocks_to_sign(definition: FormDefinition, values: Mapping[str, object]) -> tuple[SignatureBlock, ...]:
    """Give the blocks that need ink with these values, in the order they are signed."""
    return tuple(block for block in definition.blocks if holds(block.applies, values) and holds(block.required, values))


def least_of(block: SignatureBlock, values: Mapping[str, object]) -> LeastInk:
    """Give how much ink counts in a block: a mark may be smaller."""
    return block.least_mark if block.id == "person" and values.get("manner") == "mark" else block.least_ink


def read_block(
    one: OpenDraft, block: SignatureBlock, values: Mapping[str, object], posted: Mapping[str, str]
) -> OpenDraft:
    """Judge a posted drawing and keep it in the draft.

    Raises:
        InvalidInputError: Empty, dot-like, too small or unreadable ink; the draft is as it was.
    """
    supplied = {
        "strokes": _json(posted.get("strokes", "")),
        "signed_at": (moment() - timedelta(milliseconds=_pause_ms(posted))).isoformat(timespec="seconds"),
        "device": _device(posted.get("device", "")),
        "device_offset_s": _offset_s(posted),
    }
    paper = one.content.paper
    read = parse_signature_set(
        {"document_id": paper["document_id"], "presented_digest": paper["digest"], "blocks": {block.id: supplied}}
    )
    ink = read.blocks[block.id].ink
    if ink is None:
        raise SignatureIsEmptyError
    check_ink(ink, block.width_hundredths_mm, block.height_hundredths_mm, least=least_of(block, values))
    content = replace(one.content, blocks={**one.content.blocks, block.id: supplied})
    one.keep(content, step="sign")
    return replace(one, content=content)


def _json(text: str) -> object:
    try:
        return json.loads(text or "[]")
    except (ValueError, RecursionError) as error:  # ValueError: a number of thousands of digits is one too
        raise JsonUnreadableError(name="strokes", problem="expected JSON") from error


def _pause_ms(posted: Mapping[str, str]) -> int:
    """Give how long ago the last pen-up was; what is no sensible number counts as now."""
    text = posted.get("since_pen_up_ms", "")
    return min(int(text), LONGEST_PAUSE_MS) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _offset_s(posted: Mapping[str, str]) -> int | None:
    """Give how far the device's clock runs ahead of ours, in seconds."""
    text = posted.get("device_ms", "")
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        return None
    return round(int(text) / 1000 - moment().timestamp())


def _device(text: str) -> str:
    return "".join(one for one in text if one.isascii() and one.isprintable())[:80]


def archive(one: OpenDraft) -> Completed:
    """Complete the draft and erase it; when that is refused the draft is still there.

    Raises:
        FormsServiceError: As ``complete``.
    """
    services, by = current_services(), current_actor()
    paper = one.content.paper
    signatures = {
        "document_id": paper["document_id"],
        "presented_digest": paper["digest"],
        "outcome": "signed",
        "blocks": dict(one.content.blocks),
        "presentation": dict(one.content.presentation),
    }
    request = CompletionRequest(
        form=one.definition.form,
        form_version=one.definition.version,
        values=one.content.values,
        signatures=signatures,
        language=one.content.language,
    )
    done = complete(services, by, request)
    drop_draft(services, by, one.id)
    return done


def sign_again(one: OpenDraft) -> None:
    """Forget the ink, so that everybody signs anew."""
    one.keep(replace(one.content, blocks={}), step="sign")
