"""The English words for the values of the trade; each stands in the Chinese catalogue like every message."""

from collections.abc import Mapping

from geo_service.tickets.model import RequestKind
from geo_service.tickets.statuses import Status

STATUSES: Mapping[Status, str] = {
    Status.RECEIVED: "Received",
    Status.LOCATING: "To be located",
    Status.READY: "Ready to dispatch",
    Status.DISPATCHED: "Dispatched, not signed for",
    Status.HANDLING: "Being handled",
    Status.CALLBACK_DUE: "Call-back due",
    Status.CLOSED: "Closed",
    Status.ARCHIVED: "Archived",
    Status.RETURN_REVIEW: "Return under review",
    Status.DEFERRED: "Deferred",
    Status.REHANDLING: "Being handled again",
    Status.CLOSE_REVIEW: "Closing under review",
    Status.NOT_ACCEPTED: "Not accepted",
    Status.TRANSFERRED_OUT: "Transferred out",
    Status.MERGED: "Merged",
    Status.WITHDRAWN: "Withdrawn",
}

KINDS: Mapping[RequestKind, str] = {
    RequestKind.INQUIRY: "Inquiry",
    RequestKind.ASSISTANCE: "Request for help",
    RequestKind.COMPLAINT: "Complaint",
    RequestKind.REPORT: "Whistle-blowing report",
    RequestKind.SUGGESTION: "Suggestion",
}
