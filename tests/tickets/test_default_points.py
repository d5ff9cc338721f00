"""A point that many tickets of different places share is no place; a busy market is."""

from dataclasses import replace

from geo_service.tickets.default_points import find_default_points, without_default_points
from geo_service.tickets.model import Ticket
from tests.storage.samples import NOW, a_ticket

HALL = (115.644, 22.946)


def tickets(count: int, places: int, point: tuple[float, float] = HALL) -> list[Ticket]:
    return [
        replace(a_ticket(f"D{n}"), lon=point[0], lat=point[1], address=f"第{n % places}村")
        for n in range(count)
    ]


def test_many_places_on_one_point_make_it_a_default() -> None:
    (found,) = find_default_points(tickets(12, 6), lambda ticket: ticket.address, now=NOW)
    assert (found.lon, found.lat, found.tickets, found.places) == (*HALL, 12, 6)
    assert "12 tickets that name 6 different places share the point 115.644, 22.946" in found.reason.text()


def test_a_market_named_by_its_tickets_stays_a_place() -> None:
    market = [replace(ticket, address="望海楼市场") for ticket in tickets(30, 6)]
    strays = tickets(10, 10)
    assert find_default_points([*market, *strays], lambda ticket: ticket.address, now=NOW) == []


def test_few_tickets_and_texts_without_a_place_say_nothing() -> None:
    assert find_default_points(tickets(9, 9), lambda ticket: ticket.address, now=NOW) == []
    assert find_default_points(tickets(50, 9), lambda _: None, now=NOW) == []


def test_its_tickets_keep_everything_but_the_coordinate() -> None:
    (found,) = find_default_points(tickets(12, 6), lambda ticket: ticket.address, now=NOW)
    elsewhere = tickets(1, 1, (115.7, 22.9))
    cleaned = without_default_points([*tickets(12, 6), *elsewhere], [found])
    assert [ticket.lon for ticket in cleaned] == [None] * 12 + [115.7]
    assert cleaned[0].address == "第0村"
