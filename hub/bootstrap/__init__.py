"""The only place that knows everybody: it puts adapters, routes, store and broker together.

`registry.py` lists sources and destinations, `offline.py` serves commands without a database,
`opening.py` opens a hub for commands on it, `node.py` runs one.
"""
