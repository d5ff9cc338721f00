"""What is restricted of a ticket is encrypted before it is stored, with keys that can be changed at any time.

AES-GCM (NIST SP 800-38D) with 256-bit keys and 96-bit random nonces; a seal is bound to its ticket, so a
sealed text moved to another ticket's row does not open. The newest key seals, every key of the ring opens.
"""

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from geo_service.errors import BadKeysError

_PLAIN = "plain"
_NONCE = 12
_KEY_BYTES = 32
_OWNER_ONLY = 0o600
_HEADING = "# geo-service keys: whoever has this file can read what callers said. Keep a copy elsewhere.\n"


@dataclass(frozen=True, slots=True)
class Keys:
    """A ring of keys; an empty ring seals nothing, which is for trying things out."""

    seals: tuple[bytes, ...] = field(default=(), repr=False)
    """256 bits each, the newest first."""
    index: bytes = field(default=b"", repr=False)
    """Makes the marks by which a requester's tickets are found without opening them; never changes."""

    @classmethod
    def made(cls) -> Self:
        """Return a new ring of one key."""
        return cls((secrets.token_bytes(_KEY_BYTES),), secrets.token_bytes(_KEY_BYTES))

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """Return the ring of a file, made when there is none; of several processes the first one's stays.

        Raises
        ------
        BadKeysError
            When the file is no key file, or cannot be read or made.
        """
        try:
            if not path.exists():
                new = _written(cls.made(), path)
                with suppress(FileExistsError):
                    path.hardlink_to(new)
                new.unlink()
        except OSError as error:
            raise BadKeysError(
                "the key file {file} cannot be made: {problem}",
                file=path.name,
                problem=error.strerror or str(error),
            ) from error
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a key file.

        Raises
        ------
        BadKeysError
            When it cannot be read, or a line is none of ``seal KEY`` and ``index KEY``; never shows a key.
        """
        try:
            lines = path.read_text(encoding="ascii").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadKeysError("the key file {file} cannot be read", file=path.name) from error
        found: dict[str, list[bytes]] = {"seal": [], "index": []}
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.startswith("#"):
                continue
            use, _, key = line.partition(" ")
            found.get(use, []).append(_key(path, number, key if use in found else ""))
        if len(found["index"]) != 1 or not found["seal"]:
            raise BadKeysError(
                "the key file {file} needs one line “index” and at least one “seal”", file=path.name
            )
        return cls(tuple(found["seal"]), found["index"][0])

    def save(self, path: Path) -> None:
        """Write the ring, readable by its owner only; the file is whole or as it was."""
        _written(self, path).replace(path)

    def turned(self) -> Self:
        """Return the ring with a new key in front: it seals from now on, the others still open."""
        return type(self)((secrets.token_bytes(_KEY_BYTES), *self.seals), self.index)

    def newest_only(self) -> Self:
        """Return the ring without the old keys: only once everything is sealed with the newest."""
        return type(self)(self.seals[:1], self.index)

    @property
    def current(self) -> str:
        """What the seals of the newest key begin with."""
        return _name(self.seals[0]) if self.seals else _PLAIN

    def seal(self, ticket_id: str, restricted: Mapping[str, Any]) -> str:
        """Return the restricted fields of a ticket as one sealed text."""
        text = json.dumps(restricted, ensure_ascii=False, separators=(",", ":"))
        if not self.seals:
            return f"{_PLAIN}:{text}"
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self.seals[0]).encrypt(nonce, text.encode(), ticket_id.encode())
        return f"{self.current}:{urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, ticket_id: str, sealed: str) -> dict[str, Any]:
        """Return what `seal` was given.

        Raises
        ------
        BadKeysError
            When the key is not in the ring, or the text was changed or belongs to another ticket.
        """
        name, _, text = sealed.partition(":")
        opened = text if name == _PLAIN else self._decrypted(ticket_id, name, text)
        found: dict[str, Any] = json.loads(opened)
        return found

    def _decrypted(self, ticket_id: str, name: str, text: str) -> str:
        key = next((key for key in self.seals if _name(key) == name), None)
        if key is None:
            raise BadKeysError(
                "ticket {ticket_id} is sealed with key {key}, which is not in the key file: put it back",
                ticket_id=ticket_id,
                key=name,
            )
        box = urlsafe_b64decode(text)
        try:
            return AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], ticket_id.encode()).decode()
        except InvalidTag as error:
            raise BadKeysError(
                "what is restricted of ticket {ticket_id} was changed outside the service",
                ticket_id=ticket_id,
            ) from error

    def mark(self, phone: str) -> str | None:
        """Return the mark of a phone number, the same for all its tickets; None for none, or a masked one."""
        digits = "".join(filter(str.isdigit, phone))
        if len(digits) < _SHORTEST_PHONE or "*" in phone:
            return None
        return hmac.new(self.index, digits.encode(), sha256).hexdigest()[:32]


def _written(keys: Keys, path: Path) -> Path:
    """Write a ring into a file of its own beside the path, and return that."""
    lines = [f"seal {urlsafe_b64encode(key).decode()}" for key in keys.seals]
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    new.touch(mode=_OWNER_ONLY)
    new.write_text(_HEADING + "\n".join([*lines, f"index {urlsafe_b64encode(keys.index).decode()}"]) + "\n")
    return new


NO_KEYS = Keys()
"""Seals nothing."""
_SHORTEST_PHONE = 7


def _key(path: Path, number: int, text: str) -> bytes:
    try:
        key = urlsafe_b64decode(text.strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise BadKeysError(
            "{file}, line {line}: this is no key; a line is “seal KEY” or “index KEY”",
            file=path.name,
            line=number,
        )
    return key


def _name(key: bytes) -> str:
    return blake2b(key, digest_size=4).hexdigest()
