"""The life of an escalation after its first decision: what people do in it, and its clock. Pure."""
