"""The outbox: messages owed since the commit of their cause, until their reader says they are settled. Shell."""

from shared.outbox.relay import LOOK_FOR_OLDEST as LOOK_FOR_OLDEST
from shared.outbox.relay import Publisher as Publisher
from shared.outbox.relay import Relay as Relay
from shared.outbox.relay import RelaySettings as RelaySettings
from shared.outbox.rows import Due as Due
from shared.outbox.rows import Owed as Owed
from shared.outbox.rows import OwedRows as OwedRows
from shared.outbox.rows import outbox_table as outbox_table
from shared.outbox.rows import owe as owe
from shared.outbox.rows import owe_each as owe_each
