"""How do we get there? Walk networks, travel times and walking rounds; knows no ticket.

Stable: everything below. `plan_rounds` is the verb; `violations` checks any plan, whoever made it.
"""

from routing.batches import WORKING_HOURS as WORKING_HOURS
from routing.batches import due_today as due_today
from routing.batches import shifts_for as shifts_for
from routing.checks import violations as violations
from routing.doors import MAX_LEG_M as MAX_LEG_M
from routing.errors import BadShiftError as BadShiftError
from routing.errors import BadStopError as BadStopError
from routing.errors import NetworkError as NetworkError
from routing.errors import RoutingError as RoutingError
from routing.handoff import amap_walk_link as amap_walk_link
from routing.itinerary import Leg as Leg
from routing.itinerary import Plan as Plan
from routing.itinerary import Round as Round
from routing.itinerary import RoundStop as RoundStop
from routing.planner import plan_rounds as plan_rounds
from routing.screening import MAX_SNAP_M as MAX_SNAP_M
from routing.stops import HalfDay as HalfDay
from routing.stops import Shift as Shift
from routing.stops import Stop as Stop
from routing.stops import TimeWindow as TimeWindow
from routing.travel_times import UNREACHABLE as UNREACHABLE
from routing.travel_times import WALK_KMH as WALK_KMH
from routing.travel_times import TravelTimes as TravelTimes
from routing.travel_times import travel_times as travel_times
from routing.travel_times import walking_metres as walking_metres
from routing.walk_network import Snaps as Snaps
from routing.walk_network import WalkNetwork as WalkNetwork
