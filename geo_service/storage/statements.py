"""What the two databases say differently, and what is said in portions."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, Table, and_
from sqlalchemy.dialects import postgresql, sqlite

PORTION = 1000
"""Rows or keys per statement: fits every limit on parameters, and memory."""

# a code point that no number contains: the end of everything that begins with a prefix
_END = "\U0010ffff"

Item = TypeVar("Item")


def portions(items: Iterable[Item], size: int = PORTION) -> Iterator[list[Item]]:
    """Yield the items in lists of at most `size`.

    >>> list(portions("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    waiting = iter(items)
    while portion := list(islice(waiting, size)):
        yield portion


def starts_with(column: Column[str], prefix: str) -> ColumnElement[bool]:
    """Return the condition that a column sorted by code point begins with a prefix; an index serves it."""
    return and_(column >= prefix, column <= prefix + _END)


def insert_new(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows, those that exist already left as they are, and return how many were new."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).on_conflict_do_nothing().returning(*table.primary_key)
    return sum(len(connection.execute(statement, portion).all()) for portion in portions(rows))


def insert_or_replace(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows; those whose key exists take the new values."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    key = {column.name for column in table.primary_key}
    new = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in key}
    statement = statement.on_conflict_do_update(index_elements=sorted(key), set_=new)
    for portion in portions(rows):
        connection.execute(statement, portion)


def rows_where(
    connection: Connection, wanted: Select[Any], column: Column[str], keys: Iterable[str]
) -> Iterator[RowMapping]:
    """Yield the rows whose column holds one of the keys, asked for in portions."""
    for portion in portions(keys):
        yield from connection.execute(wanted.where(column.in_(portion))).mappings()
