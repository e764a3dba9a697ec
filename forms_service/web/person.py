"""The screens that are handed to the person: say no, read, say back, sign. No way leads back to case data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.domain.forms import LanguagePack, LineKind, SignatureBlock
from forms_service.errors import EvidenceMismatchError, InvalidInputError, NotFoundError
from forms_service.web import session, signing
from forms_service.web.current import current_actor, current_services
from forms_service.web.drafts import OpenDraft, opened
from forms_service.web.error_answers import in_language
from forms_service.web.error_words import GENERIC, WORDS
from forms_service.web.hand_over import date_has_turned, moment, paper_shown, show_in
from forms_service.web.person_language import page_form, page_language
from forms_service.web.questions import is_say_back
from forms_service.web.recordings import fixed_lines, recording, recordings
from forms_service.workflow.paper import Paper
from forms_service.workflow.screen import count_declined

views = Blueprint("person", __name__, url_prefix="/person")
READERS = frozenset({"officer", "recorded", "device_voice"})


def handed() -> OpenDraft:
    """Open the draft that this device was handed over with.

    Raises:
        NotFoundError: No device was handed over here.
    """
    draft_id = session.handed_draft()
    if not session.is_draft(draft_id):
        raise NotFoundError(kind="draft", name="")
    return opened(draft_id)


def _page(name: str, one: OpenDraft, **facts: object) -> str:
    """Render one of the person's pages in their language."""
    pack = one.definition.pack(one.content.language)
    packs = [one.definition.pack(tag) for tag in one.definition.languages]
    return render_template(
        f"person/{name}.html", pack=pack, screens=_screens(one.definition.packs, pack), packs=packs, **facts
    )


def _screens(packs: Mapping[str, LanguagePack], pack: LanguagePack) -> dict[str, str]:
    """Give the words of the person's screens; one that a language lacks is said in English."""
    return {**packs["en"].screens, **pack.screens} if "en" in packs else dict(pack.screens)


@views.get("")
def welcome() -> ResponseReturnValue:
    """Say first, on a screen of its own, that the person can say no."""
    if not session.is_draft(session.handed_draft()):
        return redirect(url_for("person.farewell"))
    one = handed()
    lead = [line for line in paper_shown(one).lines if line.kind is LineKind.LEAD]
    return _page("welcome", one, lead=lead)


@views.route("/read", methods=["GET", "POST"])
def read() -> ResponseReturnValue:
    """Show the text, large; whoever sends it on has come to its end."""
    one = handed()
    if request.method != "POST":
        paper = paper_shown(one)
        lines = [line for line in paper.lines if not line.block]
        spoken = recordings(paper.form, one.content.language, lines)
        fixed = fixed_lines(paper.form, one.content.language, lines)
        return _page("read", one, lines=lines, recordings=spoken, fixed=fixed, read_aloud=_reader(one))
    facts = {**one.content.presentation, "end_reached_at": moment().isoformat()}
    reader = request.form.get("read_aloud", "")
    facts["read_aloud"] = reader if reader in READERS else _reader(one)
    one.keep(replace(one.content, presentation=facts), step="read")
    follows = "person.understood" if _say_back(one) else "person.sign"
    return redirect(url_for(follows))


def _reader(one: OpenDraft) -> str:
    """Give who read the text so far; with the aid *read aloud* it is the officer until a voice does."""
    known = str(one.content.presentation.get("read_aloud", ""))
    aids = one.content.values.get("aids")
    return known or ("officer" if isinstance(aids, list) and "read_aloud" in aids else "")


def _say_back(one: OpenDraft) -> list[str]:
    return [field.id for field in one.definition.fields if is_say_back(field)]


@views.post("/language")
def language() -> ResponseReturnValue:
    """Show the text in another language, under a number of its own."""
    one = handed()
    show_in(one, request.form.get("language", ""))
    return redirect(url_for("person.read" if request.form.get("page") == "read" else "person.welcome"))


@views.get("/recording/<line_id>")
def spoken(line_id: str) -> ResponseReturnValue:
    """Give the recorded voice of a line."""
    one = handed()
    form = current_services().forms.form(one.definition.form, one.definition.version)
    name, content = recording(form, one.content.language, line_id)
    return Response(content, mimetype="audio/ogg" if name.endswith(".ogg") else "audio/mpeg")


@views.route("/no", methods=["GET", "POST"])
def no() -> ResponseReturnValue:
    """Let the person say no; a yes to that erases the draft and keeps a count without a name."""
    one = handed()
    if request.method != "POST":
        return _page("no", one, back=_known_page(request.args.get("back", "")))
    count_declined(current_services(), current_actor(), one.definition.form, draft_id=one.id)
    session.keep_without_draft()
    return redirect(url_for("person.farewell"))


@views.post("/no/back")
def no_back() -> ResponseReturnValue:
    """Note that "no" was opened and left again."""
    one = handed()
    times = one.content.presentation.get("no_opened", 0)
    facts = {**one.content.presentation, "no_opened": (times if isinstance(times, int) else 0) + 1}
    one.keep(replace(one.content, presentation=facts), step=one.draft.step)
    return redirect(url_for(f"person.{_known_page(request.form.get('back', ''))}"))


def _known_page(name: str) -> str:
    return name if name in ("welcome", "read", "understood", "sign") else "welcome"


@views.get("/farewell")
def farewell() -> ResponseReturnValue:
    """Thank the person who said no, in their language."""
    if session.handed_draft() != session.NO_DRAFT:
        return redirect(url_for("person.welcome"))
    definition = current_services().forms.form(page_form()).definition
    pack = definition.pack(page_language())
    return render_template("person/farewell.html", pack=pack, screens=_screens(definition.packs, pack))


@views.route("/understood", methods=["GET", "POST"])
def understood() -> ResponseReturnValue:
    """Let the officer tick what the person could say back; one no pauses, and nobody signs."""
    one = handed()
    names = _say_back(one)
    labels = one.definition.pack(one.definition.control_language).labels
    questions = [(name, labels.get(name, name)) for name in names]
    if request.method != "POST":
        return _page("understood", one, questions=questions, missing=False)
    ticks = {name: request.form.get(name) == "true" for name in names if request.form.get(name) in ("true", "false")}
    if len(ticks) < len(names):
        return _page("understood", one, questions=questions, missing=True), 422
    facts = {**one.content.presentation, "say_back": ticks}
    values = {**one.content.values, **ticks}
    one.keep(replace(one.content, presentation=facts, values=values), step="read")
    if all(ticks.values()):
        return redirect(url_for("person.sign"))
    return redirect(url_for("person.paused"))


@views.get("/paused")
def paused() -> ResponseReturnValue:
    """Say that nobody signs now: the person could not say back what the paper means."""
    return _page("paused", handed())


def _may_sign(one: OpenDraft) -> bool:
    """Say whether the text was read to its end and what was asked back was said back."""
    facts = one.content.presentation
    ticks = facts.get("say_back", {})
    said = isinstance(ticks, Mapping) and all(ticks.get(name) is True for name in _say_back(one))
    return bool(facts.get("end_reached_at")) and said


@views.get("/sign")
def sign() -> ResponseReturnValue:
    """Show the pad of whoever signs next."""
    return _sign_page(handed(), "")


def _sign_page(one: OpenDraft, error: str) -> ResponseReturnValue:
    if not _may_sign(one):
        return redirect(url_for("person.read"))
    if date_has_turned(one):
        show_in(one, one.content.language)
        return redirect(url_for("person.read"))
    paper = paper_shown(one)
    open_blocks = [one_block for one_block in _blocks(one, paper) if one_block.id not in one.content.blocks]
    if not open_blocks:
        return _archive(one)
    block = open_blocks[0]
    language = one.definition.control_language if block.id == "officer" else one.content.language
    pack = one.definition.pack(language)
    page = render_template(
        "person/sign.html", pack=pack, screens=_screens(one.definition.packs, pack), block=block, error=error,
        name=paper.values.get(block.printed_name, ""), least=signing.least_of(block, paper.values),
        statements=_statements(paper, block.id), packs=[], is_last=len(open_blocks) == 1,
        words={slug: " ".join(in_language(WORDS[slug], language)[1:]) for slug in _PAD_SLUGS},
    )  # fmt: skip
    return (page, 422) if error else page


_PAD_SLUGS = ("signature-is-empty", "signature-is-too-small")


def _blocks(one: OpenDraft, paper: Paper) -> tuple[SignatureBlock, ...]:
    return signing.blocks_to_sign(one.definition, paper.values)


def _statements(paper: Paper, block_id: str) -> list[str]:
    """Give what the signer puts their name under: for the person the paper's own statement too."""
    own = [line.text for line in paper.lines if line.block == block_id and line.kind is not LineKind.PEN]
    general = [line.text for line in paper.lines if line.kind is LineKind.STATEMENT and not line.block]
    return [*(general if block_id == "person" else []), *own]


@views.post("/sign/<block_id>")
def sign_block(block_id: str) -> ResponseReturnValue:
    """Take one drawing; after the last one the paper is sealed and archived."""
    one = handed()
    if not _may_sign(one) or date_has_turned(one):
        return redirect(url_for("person.sign"))
    paper = paper_shown(one)
    block = next((known for known in _blocks(one, paper) if known.id == block_id), None)
    if block is None:
        raise NotFoundError(kind="block", name=block_id[:40])
    try:
        one = signing.read_block(one, block, paper.values, request.form)
    except InvalidInputError as error:
        return _sign_page(one, in_language(WORDS.get(error.slug, GENERIC), one.content.language)[1])
    if all(known.id in one.content.blocks for known in _blocks(one, paper)):
        return _archive(one)
    return redirect(url_for("person.sign"))


def _archive(one: OpenDraft) -> ResponseReturnValue:
    """Seal and archive; ink that does not agree with the text is held and asked for anew."""
    try:
        done = signing.archive(one)
    except EvidenceMismatchError:
        signing.sign_again(one)
        raise
    session.take_back()
    return redirect(url_for("record.done", document_id=done.record.document_id))
