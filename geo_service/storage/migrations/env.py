"""Where Alembic enters: it works on the connection of `Database.migrate`, inside its transaction."""

from alembic import context

from geo_service.storage.tables import metadata

# of the metadata, a migration takes how constraints are named; the tables it writes down itself
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
