"""The hub's own words: canonical records, findings, states, outcomes. Imports nobody."""
