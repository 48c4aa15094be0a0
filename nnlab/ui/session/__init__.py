"""The state of one browser session: a typed state for each page, and the page's address."""
