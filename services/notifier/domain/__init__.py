"""What notifier decides: how a notice reads, and what becomes of a letter. Pure."""
