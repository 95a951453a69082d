"""One module a subject: each gives its routes, which site.py lists. Shell."""
