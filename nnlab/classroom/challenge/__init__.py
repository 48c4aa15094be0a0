"""A challenge: data, limits and a goal, a sealed test set, counted looks, a leaderboard."""
