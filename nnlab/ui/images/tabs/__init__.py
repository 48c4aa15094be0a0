"""The tabs under the curves of the Images page."""
