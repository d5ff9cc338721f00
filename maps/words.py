"""Every word a map shows: English templates here, other languages passed in by the caller.

The maps know no language. The caller looks each template up in its catalogue once
(`MapWords().translated(look_up, "zh-CN")`) and hands the result to the map.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class MapWords:
    """The labels of all maps; fields in braces are filled in by the map."""

    language_tag: str = "en"
    """BCP 47 tag of the language, for the page and its fonts; not a word, never looked up."""

    # on every map
    attribution: str = "© OpenStreetMap contributors"
    """Whose data the background is; an empty text leaves the line out."""
    not_a_boundary: str = "Sketch only, no evidence of any boundary"
    watermark: str = "For internal work"
    legend: str = "Legend"
    layers: str = "Layers"
    areas: str = "Villages and communities"
    towns: str = "Towns and subdistricts"
    derived_areas: str = "Dashed: computed from village points, nobody has drawn it"
    streets: str = "Streets and water"
    zoom_in: str = "Zoom in"
    zoom_out: str = "Zoom out"
    close: str = "Close"
    show_all: str = "Show everything"
    skip_map: str = "Skip the map, go to the list"
    print: str = "Print"
    metres: str = "{n} m"
    kilometres: str = "{n} km"

    # ticket map
    search: str = "Search"
    search_hint: str = "number, title, place"
    category: str = "Category"
    all_categories: str = "All categories"
    precision: str = "How well the place is known"
    any_precision: str = "All tickets"
    with_point: str = "Drawn on the map"
    town_only: str = "Only the town is known"
    no_place: str = "No place known yet"
    uncertain_only: str = "Drawn, but uncertain"
    status: str = "Status"
    where: str = "Where"
    because: str = "Why there"
    open_ticket: str = "Open the ticket"
    tickets_shown: str = "{shown} of {total} tickets"
    no_match: str = "No ticket matches; clear the search or the filters."
    no_tickets: str = "No tickets yet."
    clear: str = "Clear the filters"
    more: str = "Show {n} more"
    uncertain: str = "The place is known to about {metres} m"
    uncertain_legend: str = "Dashed and pale: the place is uncertain; click to see how far"
    town_count: str = "{n} tickets of which only the town is known"
    town_legend: str = "Number on a town's name: only the town is known"
    cluster_legend: str = "Number in a circle: tickets close together; click to open"
    filters: str = "More filters"
    list: str = "List"
    map: str = "Map"

    # round map
    stops: str = "Stops in walking order"
    stop: str = "Stop {n}"
    start: str = "Start"
    end: str = "Back"
    leg: str = "{metres} m on foot, about {minutes} min"
    same_place: str = "At the same place"
    navigate: str = "Walk there with a map app"
    open_visit: str = "Open"
    the_way: str = "The way, along the streets; arrows show the direction"
    total: str = "{n} stops, {metres} m on foot"

    # hotspot map
    count: str = "Tickets"
    rate: str = "Rate, smoothed"
    p_value: str = "p"
    q_value: str = "q (corrected)"
    hot99: str = "More than chance, very strong evidence (q ≤ 0.01)"
    hot95: str = "More than chance, strong evidence (q ≤ 0.05)"
    hot90: str = "More than chance, some evidence (q ≤ 0.10)"
    not_significant: str = "Not significant: chance alone explains it"
    cold90: str = "Fewer than chance, some evidence (q ≤ 0.10)"
    cold95: str = "Fewer than chance, strong evidence (q ≤ 0.05)"
    cold99: str = "Fewer than chance, very strong evidence (q ≤ 0.01)"
    unknown: str = "Not judged: no neighbours, or nobody there to count"
    clusters: str = "Places that stand out"
    cluster: str = "{cases} tickets, {expected} expected"
    significant_cluster: str = "Cluster, more than chance"
    weak_cluster: str = "Looked at, but chance alone explains it"
    no_clusters: str = "No place stands out beyond chance. That is a result too."
    method: str = (
        "An area is coloured when it and its neighbours together hold more (or fewer) tickets than a random "
        "shuffle of the same numbers would give. Many areas are tested at once, so the values are corrected: "
        "of all coloured areas, at most the share q is expected to be coloured by chance."
    )
    cluster_method: str = (
        "A circle is drawn around a named place where tickets crowd. Its p says how often the most striking "
        "circle of a map without any hotspot would look like this; the search over all circles is already "
        "counted in."
    )
    all_areas: str = "Areas that stand out"
    no_hot_areas: str = "No area stands out beyond chance."

    # map of what is wrong with the areas
    problem_kind: str = "Kind of problem"
    problems_shown: str = "{shown} of {total} problems"
    problems_left_out: str = "{n} more are only in the table; the largest of each kind are here."
    no_problems: str = "Nothing is wrong with these areas."
    problem_twice: str = "Same ground"
    problem_twice_legend: str = "Two areas drawn on the same ground"
    problem_inside: str = "Inside another"
    problem_inside_legend: str = "An area that lies wholly inside another"
    problem_ring: str = "Broken outline"
    problem_ring_legend: str = "An outline that crosses or touches itself, at this place"
    problem_overlap: str = "Overlap"
    problem_overlap_legend: str = "Ground that two areas claim"
    problem_gap: str = "Gap"
    problem_gap_legend: str = "Ground between areas that belongs to none"
    problem_beyond: str = "Beyond its town"
    problem_beyond_legend: str = "Ground of a village outside the town it belongs to"
    problem_sliver: str = "Sliver"
    problem_sliver_legend: str = "A thin piece apart from its area, or a piece without a name"
    problem_edge: str = "Unmatched border"
    problem_edge_legend: str = "Dotted: a border that does not meet the neighbour's corner by corner"
    problem_turn: str = "Turned ring"
    problem_turn_legend: str = "Dashed: a ring that turns the other way than the rest of the file; harmless"

    # map to point at
    point_hint: str = (
        "Click where it is, or drag the pin. Keys: Enter sets it, arrows move it, Enter again goes on."
    )
    point_marker: str = "The place that is pointed at"

    def translated(self, look_up: Callable[[str], str], language_tag: str) -> Self:
        """Return the same words in another language.

        Parameters
        ----------
        look_up
            Returns the translation of an English template, its fields in braces left as they are.
        language_tag
            BCP 47 tag, for example ``"zh-CN"``.
        """
        words = {field.name: getattr(self, field.name) for field in fields(self)}
        translated = {
            name: look_up(word) if word else "" for name, word in words.items() if name != "language_tag"
        }
        return replace(self, language_tag=language_tag, **translated)
