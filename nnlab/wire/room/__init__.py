"""Routes of a class: how people join, what the wall shows, the file at the end."""
