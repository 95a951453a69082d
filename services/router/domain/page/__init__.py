"""What a page shows somebody of an escalation, and of one that is not sent yet. Pure."""
