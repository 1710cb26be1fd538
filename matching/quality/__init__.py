"""How good the ranking is, measured; where the fitted numbers come from. Reads judged sets, never ships them."""
