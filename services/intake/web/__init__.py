"""Intake's pages and its HTTP interface. Shell."""
