"""Destinations: which records each one takes, and how a record is written for it. Pure.

A destination is its own package or module with a `ROUTE` of type `hub.ports.Route`.
"""
