"""The broker's side: its configuration, identities, streams, and the reading back of them all. Shell."""
