"""Reference data: the tables of agencies, officers, violations, courts and dated rules."""

from hub.reference.enrich import enrich
from hub.reference.load import load
from hub.reference.tables import read_tables, shipped_tables

__all__ = ["enrich", "load", "read_tables", "shipped_tables"]
