"""Why a round is as it is, and why a visit found no room, as data that is stored and translated."""

from boundaries import Reason
from routing.enumeration import EXACT_UP_TO
from routing.workload import Rounds, Workload


def round_reasons(
    workload: Workload,
    rounds: Rounds,
    shift: int,
    waits: tuple[int, ...],
    effort: tuple[int, int],
) -> tuple[Reason, ...]:
    """Return why one round of a body's plan is as it is; reasons about a stop carry its ``stop`` id too.

    Parameters
    ----------
    workload, rounds
        What the body has to walk, and the stops of all its rounds in walking order.
    shift
        The round's half-day.
    waits
        Seconds the pair waits at each stop.
    effort
        Iterations and seed of the search.
    """
    order = rounds[shift]
    reasons = [_share(rounds), _order(workload, effort)]
    for seq, (stop, wait) in enumerate(zip(order, waits, strict=True), start=1):
        due = _due(workload, shift, stop, seq)
        if due:
            reasons.append(due)
        if wait:
            reasons.append(
                Reason(
                    "route.wait",
                    "the pair waits {minutes} minutes at stop {seq}, which may not begin earlier",
                    {"minutes": -(-wait // 60), "seq": seq, "stop": workload.stops[stop].id},
                )
            )
    return tuple(reasons)


def full(workload: Workload) -> Reason:
    """Return why a visit that would fit alone is in no round."""
    return Reason(
        "route.full",
        "the {shifts} half-days planned have no room for all {stops} visits: higher priorities go first",
        {"shifts": len(workload.shifts), "stops": len(workload.stops)},
    )


def no_shift() -> Reason:
    """Return why a visit is left out whose body walks on none of the days."""
    return Reason("route.no_shift", "no half-day of its committee is planned")


def _share(rounds: Rounds) -> Reason:
    count = sum(map(len, rounds.values()))
    if len(rounds) == 1:
        return Reason("route.one", "one half-day is enough for {count} visits", {"count": count})
    return Reason(
        "route.several", "{count} visits need {rounds} half-days", {"count": count, "rounds": len(rounds)}
    )


def _order(workload: Workload, effort: tuple[int, int]) -> Reason:
    if len(workload.stops) <= EXACT_UP_TO:
        return Reason("route.exact", "all possible orders were compared; this is the shortest")
    iterations, seed = effort
    return Reason(
        "route.search",
        "the best order found in {iterations} steps of search (seed {seed})",
        {"iterations": iterations, "seed": seed},
    )


def _due(workload: Workload, shift: int, stop: int, seq: int) -> Reason | None:
    asked, day = workload.stops[stop], workload.shifts[shift].date
    if asked.due is None or asked.due > day:
        return None
    values = {"seq": seq, "stop": asked.id, "due": asked.due.isoformat()}
    if asked.due == day:
        return Reason("route.due", "stop {seq} is due on this day, {due}", values)
    first = next(
        half_day.date
        for half_day, costs in zip(workload.shifts, workload.choice_costs, strict=True)
        if costs[stop] is not None
    )
    if first > asked.due:
        return Reason("route.late", "stop {seq} was due on {due}, before any half-day that suits it", values)
    return Reason("route.late_full", "stop {seq} was due on {due}; the half-days up to then are full", values)
