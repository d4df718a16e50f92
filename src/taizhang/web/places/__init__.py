"""Pages of places (区划) and of the dated events that change them."""
