"""The English words for the values of the trade; each stands in the Chinese catalogue like every message."""

from collections.abc import Mapping

from geo_service.tickets.model import RequestKind

KINDS: Mapping[RequestKind, str] = {
    RequestKind.INQUIRY: "Inquiry",
    RequestKind.ASSISTANCE: "Request for help",
    RequestKind.COMPLAINT: "Complaint",
    RequestKind.REPORT: "Whistle-blowing report",
    RequestKind.SUGGESTION: "Suggestion",
}
