"""Everything on one machine: broker, services and a local inbox, for trying Candour out and for its tests. Shell."""
