"""Other processes of a story: one that only opens the database, one that writes until it is killed."""

import sys
from itertools import count

from geo_service.storage import Database
from tests.storage.samples import BECAUSE, NOW, a_ticket


def open_and_migrate(address: str) -> None:
    """Do what every web worker does when it starts."""
    database = Database.open(address)
    database.migrate()
    database.close()


def write_for_ever(address: str, prefix: str) -> None:
    """Store a ticket and its event, tell its id once that is acknowledged, and go on."""
    database = Database.open(address)
    for number in count():
        ticket = a_ticket(f"{prefix}{number}")
        with database.unit_of_work() as work:
            work.tickets.add_many([ticket])
            work.events.add_many([ticket.happened(at=NOW, by="import", reason=BECAUSE)])
        sys.stdout.write(f"{ticket.id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "open":
        open_and_migrate(sys.argv[2])
    else:
        write_for_ever(*sys.argv[2:])
