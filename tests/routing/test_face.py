"""What `routing` promises to others."""

import routing

FACE = {
    *("RoutingError", "NetworkError", "BadStopError", "BadShiftError"),
    *("HalfDay", "TimeWindow", "Stop", "Shift", "shifts_for", "due_today", "WORKING_HOURS"),
    *("WalkNetwork", "Snaps", "TravelTimes", "travel_times", "walking_metres", "UNREACHABLE", "WALK_KMH"),
    *("plan_rounds", "Plan", "Round", "RoundStop", "Leg", "MAX_LEG_M", "MAX_SNAP_M"),
    *("violations", "amap_walk_link"),
}


def test_the_face_is_what_is_written_here() -> None:
    modules = {name for name, value in vars(routing).items() if type(value).__name__ == "module"}
    assert {name for name in vars(routing) if not name.startswith("_")} - modules == FACE


def test_the_errors_are_one_tree_and_value_errors() -> None:
    leaves = (routing.NetworkError, routing.BadStopError, routing.BadShiftError)
    assert all(issubclass(leaf, routing.RoutingError) and issubclass(leaf, ValueError) for leaf in leaves)
