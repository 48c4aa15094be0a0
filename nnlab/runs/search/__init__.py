"""Searches: networks for pictures, each a run of its own, asked for by Optuna and led together.

`conductors.start_search` begins one from a server, `conductor.conduct` leads one, and
`history.SearchHistory` reads what became of it.
"""
