"""What is written to people: one notice each, once for its cause. Pure."""
