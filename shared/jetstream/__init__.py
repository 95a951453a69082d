"""The broker: signed publishing, consuming, asking and answering over NATS JetStream. Shell."""

from shared.jetstream.broker import Broker as Broker
from shared.jetstream.broker import Received as Received
from shared.jetstream.link import BrokerSettings as BrokerSettings
