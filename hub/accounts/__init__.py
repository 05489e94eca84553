"""Who may what: clients, their keys, and the permissions of each role."""

from hub.accounts.keys import Accounts, IssuedKey
from hub.accounts.permissions import Permission, may, require, scope_of

__all__ = ["Accounts", "IssuedKey", "Permission", "may", "require", "scope_of"]
