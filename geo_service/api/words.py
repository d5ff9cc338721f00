"""The English words for the values of the trade; each stands in the Chinese catalogue like every message.

Keyed by the value itself: the enumerations share no value with two meanings, except where a table of its own
is given. An unknown value shows as itself, so a new flag of a later version is readable, if not translated.
"""

from collections.abc import Mapping

from geo_service.tickets.statuses import STATUSES
from geo_service.tickets.words import KINDS

OTHERS: Mapping[str, str] = {
    # what the geocoder says
    "RESOLVED": "Place found",
    "TOWN_ONLY": "Only the town is known",
    "AMBIGUOUS": "Several places possible",
    "NEEDS_REVIEW": "A person should check",
    "NO_PLACE": "No place named",
    "OUT_OF_AREA": "Outside this county",
    "OUT_OF_JURISDICTION": "Another jurisdiction",
    "MULTI_ISSUE": "Several matters in one ticket",
    # how exactly
    "POINT": "point",
    "JUNCTION": "junction",
    "POI": "landmark",
    "ROAD": "road",
    "GROUP": "villagers' group",
    "VILLAGE": "village or community",
    "TOWN": "town",
    "CITY_OUT": "elsewhere",
    # how fast
    "NORMAL": "Normal",
    "URGENT": "Urgent",
    "EMERGENCY": "Emergency",
    # over which channel
    "PHONE": "Phone",
    "WEB": "Web site",
    "WECHAT": "WeChat",
    "APP": "App",
    "SCAN": "Scanned code",
    "TRANSFER": "Passed on",
    "GRID": "Grid member",
    "OTHER": "Other",
    # in which datum a coordinate came
    "wgs84": "WGS 84 (GPS)",
    "gcj02": "GCJ-02 (Amap, Tencent)",
    "bd09": "BD-09 (Baidu)",
    "cgcs2000": "CGCS2000",
    # whose place
    "ISSUE": "Place of the matter",
    "REQUESTER": "Requester's place",
    "MENTION": "Mentioned",
    "CANDIDATE": "Candidate",
    # call-backs
    "PROCESS_CONTACT": "Contact during the works",
    "FIRST": "First call-back",
    "FOLLOW_UP": "Follow-up call-back",
    "CORE": "Core method",
    "AUXILIARY": "Auxiliary method",
    "JOINT": "Joint method",
    # what needs care
    "RECUSAL": "Recusal",
    "CONFIDENTIAL": "Confidential",
    "ANONYMOUS": "Anonymous",
    "NO_REPLY": "No reply wanted",
    "CALL_FIRST": "Call before coming",
    "CALLER_AWAY": "Caller is away",
    # who decided
    "AUTO": "automatic",
    "MANUAL": "by a person",
    # a visit
    "PLANNED": "Planned",
    "ROUTED": "On a round",
    "EN_ROUTE": "Under way",
    "ARRIVED": "Arrived",
    "DONE": "Done",
    "NOT_HOME": "Nobody at home",
    "REFUSED": "Visit declined",
    "CANCELLED": "Cancelled",
    "VERIFY": "Verification at home",
    "SITE": "Site check",
    "CALLBACK": "Call-back",
    "NEIGHBOUR_SURVEY": "Neighbours' survey",
    "PUBLICITY": "Publicity",
    # what a name in a text may be, what it is to the matter, and how the matter lies to it
    "KIND:OUTSIDE": "elsewhere",
    "KIND:HOME": "this county",
    "KIND:TOWN": "town",
    "KIND:UNIT": "village or community",
    "KIND:HAMLET": "hamlet",
    "KIND:ROAD": "road",
    "KIND:LANDMARK": "landmark",
    "KIND:JUNCTION": "junction",
    "ROLE:ISSUE": "Place of the matter",
    "ROLE:CALLER": "Requester's place",
    "ROLE:ORIGIN": "where something came from",
    "ROLE:COMPARED": "compared with",
    "ROLE:EXCLUDED": "not there",
    "RELATION:INSIDE": "inside or at the door",
    "RELATION:BESIDE": "beside",
    "RELATION:OPPOSITE": "opposite or behind",
    "RELATION:NEAR": "near",
    "RELATION:TOWARDS": "towards",
    "RELATION:BORDER": "at the border",
    # half a day
    "AM": "morning",
    "PM": "afternoon",
}

WEEKDAYS: Mapping[int, str] = {0: "Mon", 1: "Tue", 2: "Wed", 3: "Thu", 4: "Fri", 5: "Sat", 6: "Sun"}

WORDS: Mapping[str, str] = {
    **{status.value: word for status, word in STATUSES.items()},
    **{kind.value: word for kind, word in KINDS.items()},
    **OTHERS,
}

# who did something: a step of the journey, or a person
ACTORS: Mapping[str, str] = {
    "import": "Import",
    "geocode": "Geocoding",
    "assign": "Assignment",
    "plan": "Planning of rounds",
    "dispatcher": "Dispatcher",
}

# how a status looks: wait = a person is asked, go = it moves, road = someone walks, stop = it ended elsewhere
LOOKS: Mapping[str, str] = {
    "LOCATING": "wait",
    "READY": "wait",
    "RETURN_REVIEW": "wait",
    "CLOSE_REVIEW": "wait",
    "DISPATCHED": "go",
    "HANDLING": "go",
    "REHANDLING": "go",
    "CALLBACK_DUE": "road",
    "NOT_ACCEPTED": "stop",
    "TRANSFERRED_OUT": "stop",
}
