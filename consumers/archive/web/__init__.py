"""The archive's pages for people, `/audit` on the desk's origin; the only part of the archive with a web stack."""

from consumers.archive.web.app import add
from consumers.archive.web.pages import AuditPages, Visitor

__all__ = ["AuditPages", "Visitor", "add"]
