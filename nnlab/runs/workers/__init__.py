"""The processes that train runs, and what starts them."""
