"""The Images page: pictures, and networks that read them."""
