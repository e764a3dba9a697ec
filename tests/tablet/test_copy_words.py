"""The person's copy says the same whether the tablet prints it or the service gives it out."""

from __future__ import annotations

import json
import subprocess

from forms_service.domain.person_copy import WORDS
from forms_service.settings import ROOT
from tests.tablet.test_node import NODE

MODULE = ROOT / "forms_service/web/static/tablet/flow/person_copy.js"


def test_the_copys_own_words_are_the_same_on_both_sides():
    """In each language, every one."""
    script = f'import {{ COPY_WORDS }} from "{MODULE.as_uri()}"; console.log(JSON.stringify(COPY_WORDS))'
    command = [str(NODE), "--input-type=module", "--eval", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=ROOT)
    assert json.loads(done.stdout) == {language: dict(words) for language, words in WORDS.items()}
