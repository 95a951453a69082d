"""Intake's ways out: the vault and the kept book in SQL, the questions to router. Shell."""
