"""The pages of the journal (流水): every posting in one's area, and the history of one row as sentences."""
