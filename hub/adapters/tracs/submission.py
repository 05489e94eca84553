"""A TraCS file as a whole: contacts in, documents out, and the faults of the envelope.

Source: profiles "tracs", Envelope; "criteria", Order of evaluation 1: a fault counts only when no
earlier one of the order turns up before the end of the file, so nothing is refused before that.
"""

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from hub.adapters.tracs.contact import Contact
from hub.adapters.tracs.document import read_document
from hub.domain.criteria import finding
from hub.domain.errors import Unreadable
from hub.domain.findings import Finding
from hub.ports import ReadDocument
from hub.profiles import PROFILES
from hub.profiles.values import normalise
from hub.xml import DOCUMENTS_MAX, Stream

_PROFILE = PROFILES["tracs"]
_ROOT = _PROFILE.envelope.name
_AROUND = {"ExportHeader", "Contact"}
_VERSION_SHOWN_MAX = 20
# `xmlns=""` says that there is none.
_HAS_NAMESPACE = etree.XPath(
    "boolean(descendant-or-self::*[namespace::*[name() != 'xml'][string()]])"
)


def read(raw: bytes) -> Iterator[ReadDocument]:
    """The documents of a submission in file order.

    Raises:
        Unreadable: the submission is refused as a whole, possibly after documents were given.
        SchemaDisagrees: a bug of ours.
    """
    stream = Stream(raw, encodings=_PROFILE.encodings, parts=("Contact",))
    contacts = documents = 0
    is_foreign = False
    for element in stream:
        contacts += 1
        is_foreign = is_foreign or _is_foreign(element, stream)
        if is_foreign or documents > DOCUMENTS_MAX:
            continue
        contact = Contact(element, f"/{_ROOT}/Contact[{contacts}]")
        for form, path in islice(contact.forms(), DOCUMENTS_MAX + 1 - documents):
            documents += 1
            yield read_document(form, path, contact, stream.part_bytes_max)
    fault = _fault(stream, is_foreign=is_foreign)
    if fault is None and not 0 < documents <= DOCUMENTS_MAX:
        fault = finding("X011", f"/{_ROOT}")
    if fault is not None:
        raise Unreadable(fault)


def _is_foreign(contact: etree._Element, stream: Stream) -> bool:
    """Whether the contact does not stand under the right root, or anything has a namespace."""
    parent = contact.getparent()
    if parent is None or parent.tag != _ROOT or parent.getparent() is not None:
        return True
    return stream.may_have_namespaces and bool(_HAS_NAMESPACE(contact))


def _fault(stream: Stream, *, is_foreign: bool) -> Finding | None:
    """X009 or X010 of the envelope."""
    root = stream.root
    strange = root.tag != _ROOT or any(child.tag not in _AROUND for child in root)
    if is_foreign or strange or (stream.may_have_namespaces and _HAS_NAMESPACE(root)):
        return finding("X009", "/")
    version = normalise(root.get("Version") or "")
    if version not in _PROFILE.versions:
        shown = version[:_VERSION_SHOWN_MAX] or "(none)"
        return finding("X010", f"/{_ROOT}/@Version", version=shown)
    return None
