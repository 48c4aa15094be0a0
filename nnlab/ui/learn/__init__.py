"""The page Learn: ten ideas, each as something to move."""
