"""What the console knows of admins, of what they did and ordered, and of what waits for them. Pure."""
