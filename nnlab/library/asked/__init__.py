"""What a person named, typed or gave, read and checked before anything is done."""
