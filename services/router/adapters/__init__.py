"""Router's effects: SQL and key files. Shell."""
