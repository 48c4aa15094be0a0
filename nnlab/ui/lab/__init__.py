"""What the laboratory pages share: commands to a run, its controls and messages, recipes, branches."""
