"""Shipped means of testing: real servers on loopback, and the contract suites of the ports."""
