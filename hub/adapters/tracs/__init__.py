"""The TraCS export of Vermont: contacts with forms that share people, vehicle and place.

Read `submission.py` (the file), `contact.py` (what forms share), `document.py` (one form), then
`records.py` (its canonical record). Source: profiles "tracs".
"""

from hub.adapters.tracs.submission import read
from hub.ports import Adapter
from hub.profiles import PROFILES

_PROFILE = PROFILES["tracs"]

ADAPTER = Adapter(_PROFILE.source, _PROFILE.state, _PROFILE.versions, read)
