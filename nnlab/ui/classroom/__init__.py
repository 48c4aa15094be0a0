"""The page of the class: the wall, the invitation, the challenge, the end of the lesson."""
