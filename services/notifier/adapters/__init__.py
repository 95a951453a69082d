"""Where notifier touches the world: the ledger's database and the mail relay. Shell."""
