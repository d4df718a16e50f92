"""What may be done to the archives of villages: one business act a function, permission inside, one posting each."""
