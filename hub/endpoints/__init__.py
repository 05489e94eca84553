"""Endpoints: how messages reach their receivers.

`mailbox.py` waits for receivers that come and lease; `https.py` pushes.
"""
