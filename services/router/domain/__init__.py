"""Router's own terms and rules. Pure."""
