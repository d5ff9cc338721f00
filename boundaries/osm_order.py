"""An OpenStreetMap file in XML, written anew in the order and the numbers that osmium can join.

Overpass writes streets before the nodes they run over, and JOSM gives what nobody has uploaded yet a number
below zero. Osmium then finds no place for the nodes: the streets would be lost without a word.
"""

from pathlib import Path

import osmium
from osmium.osm import Node, Relation, Way

_FRESH = 20_000_000_000  # beyond every number that OpenStreetMap has given


def write_in_order(source: Path, form: str, path: Path) -> None:
    """Write the objects of a file sorted, with positive ids; of several versions the latest.

    Parameters
    ----------
    source
        The file; it is held in memory.
    form
        Its format, as osmium names it: ``osm``, ``osm.gz`` or ``osm.bz2``.
    path
        Where to write; the name ends in ``.osm.pbf``.

    Raises
    ------
    RuntimeError
        When the file is damaged.
    """
    reader = osmium.MergeInputReader()
    reader.add_buffer(source.read_bytes(), form)
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        reader.apply(_Renumbered(writer))


class _Renumbered(osmium.SimpleHandler):
    """Hands objects on to a writer, those numbered below zero under numbers of their own."""

    def __init__(self, writer: osmium.SimpleWriter) -> None:
        super().__init__()
        self._writer = writer

    def node(self, node: Node) -> None:
        """Take a node."""
        self._writer.add_node(node.replace(id=_positive(node.id)))

    def way(self, way: Way) -> None:
        """Take a way."""
        nodes = [_positive(node.ref) for node in way.nodes]
        self._writer.add_way(way.replace(id=_positive(way.id), nodes=nodes))

    def relation(self, relation: Relation) -> None:
        """Take a relation."""
        members = [(member.type, _positive(member.ref), member.role) for member in relation.members]
        self._writer.add_relation(relation.replace(id=_positive(relation.id), members=members))


def _positive(number: int) -> int:
    return number if number >= 0 else _FRESH - number
