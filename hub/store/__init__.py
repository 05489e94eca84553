"""The store: one set of tables on SQLAlchemy Core, for SQLite and for PostgreSQL alike.

Read first `tables.py`, then `engine.py` (how a database is opened), then `sql_store.py`.
"""
