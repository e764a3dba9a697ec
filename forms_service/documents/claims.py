"""The XMP packet in which a file says that it is PDF/A-3a and PDF/UA-1: both claims in one RDF."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

PDFUA_NAMESPACE = "http://www.aiim.org/pdfua/ns/id/"
_EXTENSION = {
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
_NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": PDFUA_NAMESPACE,
}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
for _prefix, _namespace in (_EXTENSION | {name: _NAMES[name] for name in ("pdfaid", "pdfuaid")}).items():
    register_namespace(_prefix, _namespace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a file says of itself.

    Attributes:
        created: ISO 8601, with zone.
    """

    title: str
    author: str
    language: str
    created: str
    producer: str


def xmp_packet(said: Said) -> bytes:
    """Give the whole packet, with both claims."""
    for prefix in ("rdf", "dc", "pdf", "xmp"):
        register_namespace(prefix, _NAMES[prefix])
    rdf = Element(_name("rdf:RDF"))
    _description(rdf, {"pdfaid:part": "3", "pdfaid:conformance": "A"})
    _description(rdf, {"pdfuaid:part": "1"})
    _description(rdf, {"pdf:Producer": said.producer, "xmp:CreateDate": said.created})
    words = _description(rdf, {})
    _listed(words, "dc:title", "rdf:Alt", said.title).set(_LANG, "x-default")
    _listed(words, "dc:creator", "rdf:Seq", said.author)
    _listed(words, "dc:language", "rdf:Bag", said.language)
    rdf.append(pdfua_extension_schema(_NAMES["rdf"]))
    head = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode()
    return b"\n".join((head, tostring(rdf, encoding="utf-8"), b'<?xpacket end="r"?>'))


def _name(short: str) -> str:
    prefix, _, name = short.partition(":")
    return f"{{{_NAMES[prefix]}}}{name}"


def _description(rdf: Element, properties: dict[str, str]) -> Element:
    made = SubElement(rdf, _name("rdf:Description"), {_name("rdf:about"): ""})
    for name, value in properties.items():
        SubElement(made, _name(name)).text = value
    return made


def _listed(description: Element, name: str, kind: str, text: str) -> Element:
    item = SubElement(SubElement(SubElement(description, _name(name)), _name(kind)), _name("rdf:li"))
    item.text = text
    return item


def pdfua_extension_schema(rdf: str) -> Element:
    """Describe ``pdfuaid:part``, as PDF/A asks for every property it does not know (ISO 19005-3, 6.6.2.3).

    Args:
        rdf: The namespace of RDF.
    """
    schema, prop = _EXTENSION["pdfaSchema"], _EXTENSION["pdfaProperty"]
    description = Element(f"{{{rdf}}}Description", {f"{{{rdf}}}about": ""})
    schemas = SubElement(description, f"{{{_EXTENSION['pdfaExtension']}}}schemas")
    item = SubElement(SubElement(schemas, f"{{{rdf}}}Bag"), f"{{{rdf}}}li", {f"{{{rdf}}}parseType": "Resource"})
    SubElement(item, f"{{{schema}}}schema").text = "PDF/UA Universal Accessibility Schema"
    SubElement(item, f"{{{schema}}}namespaceURI").text = PDFUA_NAMESPACE
    SubElement(item, f"{{{schema}}}prefix").text = "pdfuaid"
    properties = SubElement(SubElement(item, f"{{{schema}}}property"), f"{{{rdf}}}Seq")
    part = SubElement(properties, f"{{{rdf}}}li", {f"{{{rdf}}}parseType": "Resource"})
    facts = {"name": "part", "valueType": "Integer", "category": "internal", "description": "Part of ISO 14289"}
    for name, text in facts.items():
        SubElement(part, f"{{{prop}}}{name}").text = text
    return description
