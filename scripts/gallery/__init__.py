"""The gallery: a static site of what the recipes come to, which any web host serves."""
