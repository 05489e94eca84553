"""Who may what: clients, their keys and rates, and the permissions of each role."""

from hub.accounts.book import ClientBook
from hub.accounts.clients import COMMAND_LINE, Accounts, IssuedKey
from hub.accounts.keys import Doorkeeper
from hub.accounts.permissions import Permission, may, require, scope_of
from hub.accounts.rates import Rate, Rates

__all__ = [
    "COMMAND_LINE",
    "Accounts",
    "ClientBook",
    "Doorkeeper",
    "IssuedKey",
    "Permission",
    "Rate",
    "Rates",
    "may",
    "require",
    "scope_of",
]
