"""The console: the admins' pages, a process of its own. Shell."""
