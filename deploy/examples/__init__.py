"""Short examples: how an agency's own system seals and sends. Shell."""
