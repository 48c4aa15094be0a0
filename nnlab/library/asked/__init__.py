"""Arguments named, typed or given by a person, read and checked before anything is done."""
