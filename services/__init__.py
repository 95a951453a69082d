"""The three services. They meet only in messages. Pure."""
