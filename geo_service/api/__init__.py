"""The HTTP side: pages for people, JSON for programs; `create_app` is all the rest of the service needs."""

from .app import create_app as create_app
