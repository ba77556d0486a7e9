"""The catalogs, their languages, and what is made from them."""
