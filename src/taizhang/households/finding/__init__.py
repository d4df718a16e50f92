"""Finding households by name, and counting them by village, at any size: what is read out of the register so that nobody has to scan it.

Everything here is derived: it holds no fact, is not journalled, and can be thrown away and made again. It learns what happened by reading
the journal from its last position; nobody who writes has to think of it.
"""
