"""What all three services stand on: terms, messages, envelope, store, delivery. Pure and Shell, module by module."""
