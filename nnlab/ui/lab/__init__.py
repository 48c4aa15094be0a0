"""Parts of several pages: commands to a run, its controls and messages, recipes, branches."""
