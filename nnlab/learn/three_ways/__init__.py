"""One network in three ways of writing it, and a script that becomes simpler step by step."""
