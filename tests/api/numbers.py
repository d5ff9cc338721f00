"""How the tests name tickets: by the last digits of their number at the hotline."""

from tests.api.toy_workspace import fifty_tickets

IDS = {int(ticket.upstream_no[-4:]): ticket.id for ticket in fifty_tickets()}
RECEIVED, READY, DISPATCHED, HOSTILE = IDS[1], IDS[11], IDS[10], IDS[20]
RECUSED, CONFIDENTIAL, EMERGENCY = IDS[40], IDS[41], IDS[42]
TWO_IN_ONE_VILLAGE, NO_PLACE, OUT_OF_AREA, TOWN_ONLY = IDS[43], IDS[51], IDS[52], IDS[53]
ROUND = "20260112-AM-441581001004"
