"""The one table from a slug to words for people; what has no row here gets the generic answer.

``status`` is the HTTP status of a refusal that fills the page; faults of single answers share it (422).
Spanish stands where the person sees it: on the screens that are handed to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms_service.errors import FormsServiceError, PasswordTooEasyError


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorWords:
    """What people read.

    Attributes:
        title: One short sentence.
        words: What happened and the one next step.
        title_es, words_es: The same in Spanish; empty where only staff can meet it.
    """

    status: int
    title: str
    words: str
    title_es: str = ""
    words_es: str = ""


def _row(status: int, title: str, words: str, title_es: str = "", words_es: str = "") -> ErrorWords:
    return ErrorWords(status=status, title=title, words=words, title_es=title_es, words_es=words_es)


GENERIC = _row(
    500, "Something went wrong", "Nothing was lost. Try again; if it happens again, give the number below to IT.",
    "Algo salió mal", "No se perdió nada. Inténtelo otra vez; si vuelve a pasar, avise al oficial.",
)  # fmt: skip

_RETRY = "Nothing was lost and nothing half-done is visible. Try again; if it happens again, tell IT."
_HELD = "Everything that was sent is kept under “What needs me” for a person to look at. No record was made."

PAGES: Mapping[str, ErrorWords] = {
    "not-found": _row(404, "Page not found", "There is nothing here, or nothing that may be shown."),
    "form-unknown": _row(404, "This form is not known", "Choose one of the forms on the start page."),
    "host-unknown": _row(421, "Wrong address", "Open the service at the address your department gave you."),
    "method-not-allowed": _row(405, "That can not be done here", "Go back and use the buttons on the page."),
    "form-post-invalid": _row(
        400, "This page was open too long", "Go back, load the page again and send it once more.",
        "Esta página estuvo abierta demasiado tiempo", "Avise al oficial, por favor.",
    ),
    "not-allowed-now": _row(409, "That can not be done now", "Look at where the draft or record stands and go on from there."),
    "not-permitted": _row(403, "Your role does not allow that", "Ask whoever keeps the accounts, if your work needs it."),
    "own-roles": _row(409, "Nobody changes their own roles", "Ask another administrator, or IT at the server."),
    "seal-certificate-unusable": _row(503, "A certificate of the seal can not be used", "Tell IT: one of the files beside the seal's key is not right."),
    "go-live-line-unknown": _row(422, "Nobody states this line", "It is looked up in the installation itself."),
    "go-live-statement-missing": _row(422, "A name and words are needed", "Enter who decided, and what was decided."),
    "not-ready-to-go-live": _row(409, "Not every line is green yet", "Look at the lines that are open."),
    "go-live-file-failed": _row(507, "The go-live file was not kept", "Tell IT: the folder of the settings can not be written."),
    "roles-missing": _row(422, "No role is chosen", "Choose at least one role."),
    "role-unknown": _row(422, "This role is not known", "Choose one of the roles shown."),
    "roles-conflict": _row(422, "These roles do not go together", "They would let one person do both halves of what two people must do."),
    "invalid-input": _row(422, "Some answers need another look", "Correct them and send the page again."),
    "input-has-faults": _row(422, "Some answers need another look", "Correct them and send the page again."),
    "values-have-faults": _row(422, "Some answers need another look", "Correct them and send the page again."),
    "signatures-have-faults": _row(422, "The signatures can not be used", "Sign again."),
    "screening-answers-have-faults": _row(422, "Some answers are missing", "Answer each question."),
    "form-version-not-in-use": _row(409, "This form can not be signed yet", "Its approvals or certified words are missing. Ask the program's supervisor."),
    "language-unknown": _row(422, "The form has no words in that language", "Choose one of the languages shown."),
    "screening-contradicts": _row(409, "These answers lead elsewhere", "Look at the screening answers again; they do not lead to this form."),
    "person-too-young": _row(409, "The person is too young for this form", "This agency offers the agreement to adults. Handle the contact the normal way."),
    "case-number-malformed": _row(422, "That is not a case number of this agency", "Look at the number again, or leave it open."),
    "document-id-of-other-form": _row(422, "That number belongs to another form", "Start the paper again."),
    "document-id-malformed": _row(422, "That is no document number", "It looks like LEAD-7Q2F9-KDM3X-3."),
    "document-id-check-failed": _row(422, "That document number was mistyped", "Compare it with the paper, letter by letter."),
    "say-back-missing": _row(409, "The person could not say it back", "Nobody signs now. Try again later, with Behavioral Health present."),
    "person-refused": _row(409, "The person did not sign", "No document is made. A count without a name is kept."),
    "presented-digest-mismatch": _row(409, "The words changed after they were shown", f"{_HELD} Show the text again and have it signed."),
    "signed-on-other-date": _row(409, "The date changed while the paper was being signed", f"{_HELD} Show the text again with today's date."),
    "document-has-other-content": _row(409, "This number already has another paper", _HELD),
    "strokes-seen-before": _row(409, "This signature was used before", f"{_HELD} Ask the person to sign again."),
    "evidence-mismatch": _row(409, "Two things that must agree do not", _HELD),
    "read-back-text-missing": _row(409, "The sealed page did not read back", _HELD),
    "read-back-ink-missing": _row(409, "A signature is not in the sealed page", _HELD),
    "read-back-digest": _row(409, "The sealed file is not the one that was made", _HELD),
    "read-back-seal": _row(409, "The seal did not hold when it was read back", _HELD),
    "read-back-conformance": _row(409, "The sealed file is not in its archive format", _HELD),
    "read-back-embedded": _row(409, "The data inside the sealed file is not what it must be", _HELD),
    "glyph-missing": _row(422, "A character can not be printed", "One of the answers holds a character that no font here has. Write it another way."),
    "rendering-failed": _row(500, "The page could not be made", _RETRY),
    "asset-missing": _row(500, "The form's layout is incomplete", "A file the layout asks for is missing. Tell whoever keeps the forms."),
    "engine-reported-error": _row(500, "The page could not be made", _RETRY),
    "office-not-usable": _row(503, "The page could not be made", _RETRY),
    "office-missing": _row(503, "This form can not be made here", "Tell IT: the form is a Word file, and LibreOffice is not installed."),
    "office-busy": _row(503, "Many pages are being made", "Nothing is lost. Wait a moment and send it again."),
    "office-timed-out": _row(503, "The page took too long to make", "Nothing is lost. Send it again. If it happens again, tell whoever keeps the forms."),
    "office-failed": _row(503, "The page could not be made", _RETRY),
    "ink-has-no-place": _row(500, "The form's layout has a fault", "It has no place for a signature. Tell whoever keeps the forms."),
    "line-not-on-page": _row(500, "The form's layout has a fault", "It leaves a line out. Tell whoever keeps the forms."),
    "page-not-stampable": _row(500, "The page could not be made", _RETRY),
    "template-syntax": _row(500, "The form's layout has a fault", "Tell whoever keeps the forms."),
    "template-undefined-name": _row(500, "The form's layout has a fault", "Tell whoever keeps the forms."),
    "template-unsafe": _row(500, "The form's layout was refused", "Tell whoever keeps the forms."),
    "form-folder-has-faults": _row(500, "A form's folder has faults", "Tell whoever keeps the forms: “form check” names each one."),
    "sealing-failed": _row(503, "The document could not be sealed", _RETRY),
    "seal-failed": _row(503, "The document could not be sealed", _RETRY),
    "time-stamp-not-given": _row(503, "The time-stamp server did not answer", "Nothing is lost: the service asks again by itself."),
    "time-stamp-not-trusted": _row(503, "The time-stamp server is not trusted", "Tell IT: the certificate it leads to must stand in the settings."),
    "certificate-status-not-told": _row(503, "Nobody said whether a certificate was withdrawn", "Nothing is lost: the service asks again by itself."),
    "seal-certificate-withdrawn": _row(503, "The seal's certificate was withdrawn", "Tell IT at once: another seal key is needed."),
    "seal-certificate-ended": _row(503, "The seal's certificate has ended", "Tell IT: what was sealed stays as it is and can not be lifted."),
    "seal-issuer-not-trusted": _row(503, "The seal's certificate leads nowhere that is trusted", "Tell IT: the authority's certificate must stand in the settings."),
    "lift-changed-file": _row(409, "A lifted file is not the sealed one", "Nothing was stored. Tell IT."),
    "time-stamp-broken": _row(409, "A time stamp is not sound", "Tell whoever runs the service."),
    "time-stamp-of-other-content": _row(409, "A time stamp is over something else", "Tell whoever runs the service."),
    "seal-key-unusable": _row(503, "The seal's key can not be used", "Nothing was archived. Tell IT: the key or its passphrase is not right."),
    "seal-token-unusable": _row(503, "The seal's token can not be used", "Nothing was archived. Tell IT: the token that holds the seal's key does not answer as it should. Then send this again."),
    "seal-pin-refused": _row(503, "The seal's token refused its PIN", "Nothing was archived. Tell IT: the PIN is not tried again until its file holds another one."),
    "archive-failed": _row(503, "The archive did not answer", _RETRY),
    "archive-head-moved": _row(409, "Somebody else changed this record", "Open it again and look before you go on."),
    "archive-write-failed": _row(507, "The disk did not take it", "Nothing was archived and nothing is lost. Tell IT: the disk is full or failing."),
    "archive-file-damaged": _row(500, "A stored file is damaged", "Tell IT: it must be restored from the backup."),
    "archive-unreadable": _row(503, "The archive can not be read", "Tell IT: the folder or the disk is not there."),
    "archive-name-invalid": _row(422, "That can not be stored under this name", "Start the paper again."),
    "record-unreadable": _row(500, "This record can not be read", "Tell IT: it must be restored from the backup."),
    "checkpoint-write-failed": _row(503, "The checkpoint was not kept", "Nothing is lost. Tell whoever runs the service: the second place for checkpoints can not be written."),
    "signed-content-broken": _row(409, "A signed message is not sound", "Tell whoever runs the service."),
    "database-write-failed": _row(507, "Nothing can be written down now", "What can not be written down is not shown and not done. Nothing is lost. Tell IT: the disk is full or failing, or another program holds the database."),
    "database-unreadable": _row(503, "The database can not be read", "Tell IT. The archive is not touched; the index can be rebuilt."),
    "database-too-new": _row(503, "This is an older version of the service", "Tell IT: a newer version wrote the database."),
    "number-already-issued": _row(409, "This number is taken", "Start the paper again."),
    "document-has-record": _row(409, "This number already has a record", "Look it up on the desk."),
    "configuration-invalid": _row(500, "The service is not set up", "Tell IT."),
    "practice-mixed-with-production": _row(500, "Practice and real records would mix", "Tell IT."),
    "tls-needed-beyond-localhost": _row(500, "The service is not set up", "Tell IT."),
    "tls-files-unusable": _row(500, "The server's certificate can not be used", "Tell IT."),
    "secret-file-exposed": _row(500, "A file with a secret is open to others", "Tell IT."),
    "too-many-requests": _row(429, "Too many tries in a short time", "Wait a few minutes, then try again. Nothing was changed."),
    "fonts-missing": _row(500, "The fonts are missing", "Tell IT."),
    "role-table-has-faults": _row(500, "The table of roles has faults", "Tell IT."),
    "screening-table-has-faults": _row(500, "The screening table has faults", "Tell IT."),
    "account-name-malformed": _row(422, "Choose another sign-in name", "Use 2 to 40 lower-case letters, digits, dots, hyphens or underscores, a letter first."),
    "account-name-taken": _row(422, "That sign-in name is in use", "Choose another."),
    "password-too-short": _row(422, "The password is too short", "Use at least 12 characters. A sentence is easy to remember."),
    "banned-passwords-malformed": _row(422, "The list of banned passwords can not be read", "It holds one password a line, in UTF-8."),
    "password-too-easy": _row(422, "The password is easy to guess", "Use four or more words that do not belong together. No names, places or dates."),
    "first-account-code-wrong": _row(403, "That is not the code", "Use the newest code that the server printed on its console."),
    "sign-in-refused": _row(403, "Sign-in was refused", "Name and password do not belong together, or the account is closed. Five wrong tries in 15 minutes lock it until an administrator or the supervisor on shift releases it."),
    "factor-refused": _row(403, "That was not accepted", "Try again with the code that shows now, another passkey or a recovery code. Five wrong tries in 15 minutes lock the account until an administrator or the supervisor on shift releases it."),
    "proof-needed": _row(403, "Confirm that it is you", "Go back to start and open the page again."),
    "challenge-ended": _row(409, "That took too long", "Try again; each try is good for 5 minutes."),
    "passkey-refused": _row(422, "The passkey was refused", "Try again, or use another passkey."),
    "passkey-known": _row(422, "This passkey is registered already", "Sign in with it, or add another one."),
    "last-factor": _row(409, "This is your last second step", "Add another one first, then remove this one."),
    "sign-on-refused": _row(403, "The sign-on was refused", "The try did not hold, or the account is closed here. Begin once more; if it is refused again, ask an administrator or the supervisor on shift."),
    "sign-on-ended": _row(409, "This try has ended", "Begin once more. Each try is good once, for 10 minutes, in the browser where it began."),
    "sign-on-away": _row(503, "The department's sign-on does not answer", "Wait a minute and try again, then tell IT. Whoever has a password of this service can use it meanwhile."),
    "sign-on-roles-missing": _row(403, "You have no role here yet", "The department's sign-on knows you, but gives you no role in this service. Ask whoever keeps the accounts."),
    "sign-on-roles-conflict": _row(403, "Your roles do not go together", "They would let one person do both halves of what two people must do. Ask whoever keeps the accounts."),
    "sign-on-claims-cut": _row(403, "Your roles could not be read", "You are in more groups than the sign-on can list. Ask IT to give the roles of this service as app roles."),
    "sign-on-account": _row(409, "This is kept where they sign on", "Password and roles of this account are changed at the department's sign-on."),
    "password-unchanged": _row(422, "That is the password you have now", "Choose another one."),
    "password-wrong": _row(403, "The present password is another", "Type the password you have now once more."),
    "upload-too-large": _row(413, "This file is too large", "A sealed agreement is far smaller. Files up to 20 MB are taken."),
    "upload-missing": _row(422, "No file was chosen", "Choose a PDF first."),
    "pdf-unreadable": _row(422, "This is no PDF that can be read", "Choose the PDF file itself, as it was given out."),
    "json-unreadable": _row(422, "What was sent can not be read", "Load the page again and send it once more."),
    "trail-export-too-large": _row(422, "Too many entries match", "At most 50,000 are exported at once. Choose a shorter time or another filter."),
    "review-not-current": _row(409, "This review is not the current one", "Somebody signed it off meanwhile. Open the weekly review again."),
    "tablet-keys-unusable": _row(503, "The keys for tablets can not be used", "Nothing was taken. Tell IT: a file of keys beside the seal's is not right."),
    "sign-in-needed": _row(401, "Sign in first", "Sign in on this tablet, then try again."),
    "copy-not-here": _row(404, "Nothing is here under this link", "It may not have come in yet, or it has ended."),
    "copy-link-off": _row(409, "A link to a copy was given, and links are switched off", "Give the person their copy in another way, then settle this."),
    "card-malformed": _row(422, "These are not the characters of a card", "Type them as they stand on the card, such as CARD-7Q2F9-KDM3X-3."),
    "card-check-failed": _row(422, "A character of the card is mistyped", "Compare it with the card and type it again."),
    "card-taken": _row(409, "This card belongs to another paper", "Take another card. If it was handed out twice, ask who has it."),
    "pick-up-write-failed": _row(503, "The pick-up folder can not be written", "Copies wait here until it can. Tell IT."),
    "device-code-wrong": _row(403, "This code enrols no tablet", "A code is good once and for 15 minutes. Ask an administrator for a new one."),
    "device-key-refused": _row(422, "The tablet's key can not be used", "Load the app again and enrol once more."),
    "device-label-malformed": _row(422, "Choose another name for the tablet", "Use 1 to 60 characters, such as “Car 12”."),
    "device-unknown": _row(403, "This tablet is not enrolled here", "Nothing was taken. Keep what is on it and tell whoever keeps the tablets."),
    "device-revoked": _row(403, "The tablet is revoked", "What it sends is kept for a person, who asks how it came and takes it up or settles it. It is given nothing new."),
    "revoke-reason-unknown": _row(422, "Choose why the tablet is revoked", "Choose one of the reasons shown."),
    "content-digest-missing": _row(400, "The body came without its digest", "Send it again with Content-Digest."),
    "content-digest-mismatch": _row(400, "The body was cut off or changed on its way", "Nothing was taken. Send it again."),
    "envelope-unreadable": _row(422, "This is no message of a tablet", "Nothing was taken. Keep it on the tablet and tell IT."),
    "unsent-file-unreadable": _row(422, "This is no file of unsent papers", "Nothing was taken. Choose the file that the tablet saved under Waiting; its name begins with forms-unsent."),
    "envelope-signature-wrong": _row(403, "This was not signed by the tablet it names", "Nothing was taken. Keep it on the tablet and tell IT."),
    "envelope-malformed": _row(422, "An envelope does not hold what it must", "Keep it on the tablet and tell IT: app and service do not fit each other."),
    "envelope-ids-differ": _row(422, "An envelope names two different things", "Keep it on the tablet and tell IT."),
    "envelope-content-differs": _row(409, "This envelope came before with other content", "Both are kept. Compare them, then settle this one."),
    "envelope-not-opened": _row(409, "An envelope can not be opened", "It is sealed to no key that is here. Tell IT: the keys may have to be restored from the backup; then try again."),
    "author-not-proved": _row(409, "The author of an envelope is not proved", "Its credential is not ours or is another tablet's. Ask who signed, then settle it."),
    "author-not-active": _row(409, "The author's account is closed", "Ask whether the officer was allowed to sign then; take it up or settle it."),
    "form-digest-differs": _row(409, "The tablet had another version of the form's words", "Put the form's folder back and try again, or have the paper signed anew."),
    "form-version-retired": _row(409, "The form was replaced long before this came", "Ask where the tablet was; take it up or settle it."),
    "blocks-differ": _row(409, "The signatures of one paper do not agree", "Look at what each block says and have the paper signed anew."),
    "blocks-not-open": _row(409, "A signature that this one names is not open any more", "It was archived with another, discarded or settled. Look at the record, then settle this one."),
    "discard-too-late": _row(409, "What should be discarded can not be", "It is archived or of another tablet. Look at the record, then settle this one."),
    "addition-empty": _row(422, "Nothing was told", "Give at least one answer."),
    "addition-names-other": _row(409, "An addition belongs to another signing of this paper", "Look at the record and at what was told, then settle it."),
    "addition-not-open": _row(409, "Nothing can be added to this paper now", "It is void or superseded, or its author may not add to it. Ask the author, then settle it."),
    "waits-for-agreement": _row(409, "An addition waits for its agreement", "The tablet with the signed paper has not sent it yet. Let it send; nothing is lost."),
    "half-signed": _row(409, "A paper is half-signed", "The person signed, the officer has not. Ask the officer to finish or discard it on the tablet."),
    "waits-for-blocks": _row(409, "A signature waits for the others", "The tablet has not sent every block yet. Let it send; nothing is lost."),
    "waits-for-envelope": _row(409, "A discarded signature has not come yet", "The tablet has not sent it yet. Let it send; nothing is lost."),
    "envelope-not-usable": _row(409, "What a tablet sent can not be archived as it is", "Look at what was sent and have the paper signed anew, then settle it."),
    "file-unreadable": _row(500, "A file can not be read", "Tell IT."),
}  # fmt: skip

FAULTS: Mapping[str, ErrorWords] = {
    "value-missing": _row(422, "An answer is needed", "Give an answer."),
    "value-wrong-type": _row(422, "This can not be read", "Check what was entered."),
    "value-not-asked": _row(422, "This is not asked with the other answers", "Leave it empty."),
    "text-too-long": _row(422, "This is too long", "Shorten it."),
    "text-has-control-characters": _row(422, "This holds a character that can not be printed", "Type it again instead of pasting."),
    "pattern-mismatch": _row(422, "This does not look right", "Check how it is written."),
    "option-unknown": _row(422, "That is none of the choices", "Choose one that is shown."),
    "number-out-of-range": _row(422, "This number is out of range", "Check the number."),
    "items-out-of-range": _row(422, "Too few or too many were given", "Add or remove one."),
    "date-in-future": _row(422, "This lies in the future", "Enter a time that has passed."),
    "time-out-of-order": _row(422, "This is earlier than what came before it", "Check both times."),
    "unknown-field": _row(422, "This form has no such question", "Load the page again."),
    "screening-answer-missing": _row(422, "Questions are open", "Answer each question."),
    "screening-answer-unknown": _row(422, "This is no question of screening", "Load the page again."),
    "screening-answer-malformed": _row(422, "This answer can not be read", "Choose one of the answers shown."),
    "signature-is-empty": _row(
        422, "Nothing is drawn yet", "Please sign in the box. A dot is no signature.",
        "Todavía no hay nada escrito", "Por favor, firme en el cuadro. Un punto no es una firma.",
    ),
    "signature-is-too-small": _row(
        422, "The signature is too small", "Please sign a little larger.",
        "La firma es muy pequeña", "Por favor, firme un poco más grande.",
    ),
    "ink-outside-box": _row(
        422, "The drawing leaves the box", "Please clear it and sign inside the box.",
        "El trazo se sale del cuadro", "Por favor, borre y firme dentro del cuadro.",
    ),
    "ink-too-large": _row(
        422, "The drawing is too long", "Please clear it and sign once.",
        "El trazo es muy largo", "Por favor, borre y firme una sola vez.",
    ),
    "ink-malformed": _row(422, "The drawing can not be read", "Please clear it and sign again.", "No se puede leer el trazo", "Por favor, borre y firme otra vez."),
    "ink-times-fall": _row(422, "The drawing can not be read", "Please clear it and sign again.", "No se puede leer el trazo", "Por favor, borre y firme otra vez."),
    "signature-missing": _row(422, "A signature is missing", "Everybody named on the paper signs.", "Falta una firma", "Firman todos los que están en el papel."),
    "signature-not-asked": _row(422, "Nobody signs here", "Go back to the form and look at who signs."),
    "signature-block-unknown": _row(422, "The form has no such place to sign", "Start the paper again."),
    "signatures-malformed": _row(422, "The signatures can not be read", "Sign again."),
    "signature-key-unknown": _row(422, "The signatures can not be read", "Sign again."),
}  # fmt: skip

BY_TYPE: Mapping[tuple[str, str], str] = {
    ("value-missing", "choice"): "Choose one.",
    ("value-missing", "choices"): "Choose at least one.",
    ("value-missing", "yes_no"): "Choose yes or no.",
    ("value-missing", "tick"): "This must be confirmed.",
    ("value-missing", "language"): "Choose a language.",
    ("value-missing", "group"): "Add at least one.",
    ("value-missing", "date"): "Enter the date.",
    ("value-missing", "local_time"): "Enter date and time.",
    ("value-wrong-type", "date"): "Enter a real date, such as April 28, 1986.",
    ("value-wrong-type", "local_time"): "Enter date and time.",
    ("value-wrong-type", "integer"): "Enter a whole number.",
    ("pattern-mismatch", "phone"): "Enter a phone number, such as 503-555-0123.",
    ("pattern-mismatch", "email"): "Enter an e-mail address, such as name@example.org.",
}

VERDICTS: Mapping[str, str] = {
    "no-seal": "It carries no seal.",
    "foreign-seal": "It is sealed, but not with this department's seal.",
    "another-signature": "It carries another signature beside the seal.",
    "agreement-data-missing": "The data that every agreement of ours carries is not in it.",
    "digest-broken": "Its content was changed after it was sealed.",
    "signature-broken": "The seal's signature does not fit.",
    "certificate-not-trusted": "The seal's certificate is not one this department trusts.",
    "bytes-after-seal": "Something was added after the seal.",
    "docmdp-violated": "It was changed in a way that the seal forbids.",
}

WORDS: Mapping[str, ErrorWords] = {**PAGES, **FAULTS}


def said(error: FormsServiceError) -> str:
    """Give the words of a refusal in one line beside what was given: what happened, why, and the next step."""
    words = WORDS[error.slug]
    reason = f" {error.facts['reason']}" if isinstance(error, PasswordTooEasyError) else ""
    return f"{words.title}.{reason} {words.words}"
