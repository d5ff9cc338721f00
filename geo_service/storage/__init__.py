"""Where tickets, visits, rounds, findings and events are kept: one face over SQLite and PostgreSQL.

`Database.open` → `migrate` → ``with database.unit_of_work() as work:`` → the repositories of `UnitOfWork`.
Frozen values of `geo_service.tickets` go in and come out; no row, no connection and no error of the database
library leaves this package.
"""

from geo_service.storage.database import Database as Database
from geo_service.storage.database import UnitOfWork as UnitOfWork
from geo_service.storage.fieldwork import RoundRepository as RoundRepository
from geo_service.storage.fieldwork import VisitRepository as VisitRepository
from geo_service.storage.findings import FindingRepository as FindingRepository
from geo_service.storage.ledger import EventRepository as EventRepository
from geo_service.storage.ledger import TicketRepository as TicketRepository
from geo_service.storage.pages import TicketFilter as TicketFilter
from geo_service.storage.pages import TicketPage as TicketPage
from geo_service.storage.sealing import NO_KEYS as NO_KEYS
from geo_service.storage.sealing import Keys as Keys
