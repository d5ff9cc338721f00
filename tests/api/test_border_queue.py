"""A ticket near a border: what the dispatcher sees of it in the review queue."""

from dataclasses import replace

import httpx

from geo_service.services import Services
from geo_service.tickets.statuses import Status
from tests.api.toy_workspace import fifty_tickets
from tests.toy_county import place_in


def test_the_queue_shows_both_villages_with_their_odds_and_the_metres_to_the_border(
    own: Services, decider: httpx.Client
) -> None:
    at = place_in("D", east_m=-505)
    ticket = replace(
        fifty_tickets()[0],
        upstream_no="LF2026019001",
        content="路边垃圾没人清理",
        content_masked="路边垃圾没人清理",
        title="垃圾",
        address="",
        lon=at.lon,
        lat=at.lat,
    )
    with own.database.unit_of_work() as work:
        work.tickets.add_many([ticket])
    own.geocode()
    with own.database.unit_of_work(write=False) as work:
        stored = work.tickets.get(ticket.id)
    assert stored.status is Status.LOCATING
    page = decider.get("/review", params={"ticket": ticket.id, "lang": "zh_CN"}).text
    card = page[page.index(f'id="t-{ticket.id}"') :]
    card = card[: card.index("</article>")]
    told = decider.get(f"/api/v1/tickets/{ticket.id}").json()["candidates"]
    assert [(place["unit_name"], round(place["confidence"], 2)) for place in told] == [
        ("上海村", 0.60),
        ("乌坎村", 0.40),
    ]
    assert all(place["because"][0]["values"] == {"distance_m": 8, "reach_m": 30} for place in told)
    for words in ("上海村", "60%", "乌坎村", "40%", "离最近的村界只有 8 米，误差范围为 30 米"):
        assert words in card
