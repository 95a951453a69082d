"""How the directory is kept right: changed, checked, asked about, taken back. Pure."""
