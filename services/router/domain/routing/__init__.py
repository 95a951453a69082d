"""Where a matter goes: the policy's step, the people for it, and whom it may not be. Pure."""
