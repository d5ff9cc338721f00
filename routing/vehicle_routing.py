"""Many visits of one body: a good plan by search, with PyVRP."""

import warnings

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp.stop import MaxIterations

from routing.stops import DAY_S
from routing.workload import ROUND_COST, Rounds, Workload

_LOAD = 60  # one stop too many weighs as much as a minute too late
_DEAREST = 10**12  # costs beyond this could overflow; `routing.filling` sees to priorities beyond it


def search_rounds(workload: Workload, iterations: int, seed: int) -> Rounds:
    """Return the rounds that PyVRP's iterated local search finds; they may need `fill`.

    Parameters
    ----------
    workload
        The body's visits and half-days.
    iterations, seed
        Steps of the search, and the seed of its random numbers.
    """
    data, stop_of = _as_vrp(workload)
    dearest = max(client.prize for client in data.clients())
    # the penalties start at half of this: being a minute late weighs as much as the dearest visit
    penalty = pyvrp.PenaltyParams(max_penalty=2 * dearest / _LOAD)
    with warnings.catch_warnings():
        # it warns when a limit is hard to keep; `fill` drops rounds that do not keep theirs
        warnings.simplefilter("ignore", pyvrp.exceptions.PenaltyBoundWarning)
        result = pyvrp.solve(
            data,
            MaxIterations(iterations),
            seed=seed,
            collect_stats=False,
            display=False,
            params=pyvrp.SolveParams(penalty=penalty),
        )
    return {
        route.vehicle_type(): tuple(stop_of[visit.idx] for visit in route if visit.is_client())
        for route in result.best.routes()
    }


def _as_vrp(workload: Workload) -> tuple[pyvrp.ProblemData, list[int]]:
    """Return the workload in PyVRP's terms, and the stop of each client.

    A half-day is a vehicle with a profile of its own, in which the way to a stop also costs what it costs to
    make the stop then. A stop with several windows is a group of clients of which one is visited.
    """
    dearest = min(max(workload.left_costs), _DEAREST)
    clients: list[pyvrp.Client] = []
    groups: list[pyvrp.ClientGroup] = []
    stop_of: list[int] = []
    for row, stop in enumerate(workload.stops):
        windows = [(window.opens_s, window.closes_s) for window in stop.windows] or [(0, DAY_S)]
        group = len(groups) if len(windows) > 1 else None
        if group is not None:
            groups.append(
                pyvrp.ClientGroup(list(range(len(clients), len(clients) + len(windows))), required=False)
            )
        for opens_s, closes_s in windows:
            stop_of.append(row)
            clients.append(
                pyvrp.Client(
                    location=workload.place(row),
                    delivery=[_LOAD],
                    service_duration=stop.service_s,
                    tw_early=opens_s,
                    tw_late=closes_s,
                    prize=min(workload.left_costs[row], _DEAREST),
                    required=False,
                    group=group,
                )
            )
    seconds = np.array(workload.seconds, dtype=np.int64)
    seconds[seconds < 0] = 2 * DAY_S
    vehicles = [
        pyvrp.VehicleType(
            capacity=[_LOAD * shift.max_stops],
            start_depot=base,
            end_depot=base,
            fixed_cost=ROUND_COST,
            tw_early=shift.opens_s,
            tw_late=shift.closes_s,
            profile=row,
        )
        for row, (shift, base) in enumerate(zip(workload.shifts, workload.base_of, strict=True))
    ]
    profiles = [_arc_costs(workload, row, seconds, 2 * dearest) for row in range(len(vehicles))]
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in seconds],
        clients=clients,
        depots=[pyvrp.Depot(base) for base in range(max(workload.base_of) + 1)],
        vehicle_types=vehicles,
        distance_matrices=profiles,  # type: ignore[arg-type]  # its stub says ndarray[int]
        duration_matrices=[seconds] * len(profiles),  # type: ignore[list-item]  # as above
        groups=groups,
    )
    return data, stop_of


def _arc_costs(workload: Workload, shift: int, seconds: NDArray[np.int64], never: int) -> NDArray[np.int64]:
    """Return what each way costs in a half-day: seconds on foot, and the cost to make the stop at its end."""
    choices = [never if cost is None else cost for cost in workload.choice_costs[shift]]
    costs = seconds + np.array([0] * (len(seconds) - len(choices)) + choices, dtype=np.int64)
    np.fill_diagonal(costs, 0)
    return costs
