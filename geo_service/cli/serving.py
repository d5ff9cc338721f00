"""Serving a workspace on this machine: the port is taken before anything is done for it."""

import errno
import os
import socket

import uvicorn

from geo_service.api import create_app
from geo_service.cli.screen import Screen
from geo_service.errors import PortTakenError
from geo_service.services import Services

HOST = "127.0.0.1"
_LAST_PORT = 65535


def listen(port: int) -> socket.socket:
    """Return a socket that listens on a port of this machine; from then on a browser waits, not fails.

    Raises
    ------
    PortTakenError
        When another program has it, or this one may not.
    """
    listener = socket.socket()
    if os.name == "posix":  # elsewhere it would let two programs share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno in {errno.EACCES, errno.EPERM}:
            raise PortTakenError(
                "port {port} is kept for the system: give another one with --port 8000", port=port
            ) from error
        raise PortTakenError(
            "port {port} is in use by another program, maybe an earlier geo-service: stop that one, or give "
            "another port, like --port {other}",
            port=port,
            other=port % _LAST_PORT + 1,
        ) from error
    return listener


def serve_until_stopped(services: Services, screen: Screen, listener: socket.socket) -> None:
    """Serve pages and JSON until Ctrl+C, which is the ordinary end."""
    server = uvicorn.Server(uvicorn.Config(create_app(services), log_level="warning"))
    port: int = listener.getsockname()[1]
    screen.line("Open http://127.0.0.1:{port} in a browser; Ctrl+C stops.", port=port)
    with listener:
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            return
