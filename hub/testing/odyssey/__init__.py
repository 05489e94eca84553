"""The toy Odyssey: a court of the sort the hub delivers to, small enough to ship.

`court.py` is the court itself; `mailbox.py` connects it over HTTPS, `amqp.py` over RabbitMQ (that
module needs the `rabbitmq` extra). `conduct.py` is how it misbehaves when told to. It is an
outside party: it knows the public interface and nothing of the hub.
"""

from hub.testing.odyssey.conduct import clerk
from hub.testing.odyssey.court import Refusal, ToyOdyssey
from hub.testing.odyssey.mailbox import MailboxReceiver
from hub.testing.odyssey.receiver import Receiver, Taken

__all__ = ["MailboxReceiver", "Receiver", "Refusal", "Taken", "ToyOdyssey", "clerk"]
