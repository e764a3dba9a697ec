"""Languages an officer may meet, by BCP-47 tag, with their English names.

Source: DOMAIN 2.8 (Spanish, Russian, Marshallese, Indigenous languages of Latin America, sign language) and
the language lists of Oregon agencies; ``mis`` is IANA's tag for a language that has none.
"""

from __future__ import annotations

LANGUAGES: tuple[tuple[str, str], ...] = (
    ("en", "English"),
    ("es", "Spanish"),
    ("ase", "American Sign Language"),
    ("am", "Amharic"),
    ("ar", "Arabic"),
    ("my", "Burmese"),
    ("yue", "Chinese, Cantonese"),
    ("cmn", "Chinese, Mandarin"),
    ("chk", "Chuukese"),
    ("prs", "Dari"),
    ("fa", "Farsi"),
    ("fr", "French"),
    ("de", "German"),
    ("hi", "Hindi"),
    ("hmn", "Hmong"),
    ("ja", "Japanese"),
    ("km", "Khmer"),
    ("kjb", "Kanjobal (Q'anjob'al)"),
    ("ko", "Korean"),
    ("lo", "Lao"),
    ("mam", "Mam"),
    ("mh", "Marshallese"),
    ("mxv", "Mixtec"),
    ("om", "Oromo"),
    ("ps", "Pashto"),
    ("pt", "Portuguese"),
    ("pua", "Purépecha"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("so", "Somali"),
    ("sw", "Swahili"),
    ("tl", "Tagalog"),
    ("ti", "Tigrinya"),
    ("trc", "Triqui"),
    ("uk", "Ukrainian"),
    ("vi", "Vietnamese"),
    ("zap", "Zapotec"),
    ("mis", "Another language"),
)
