"""Intake's own rules: what a posted envelope must be, and which public book stands. Pure."""
