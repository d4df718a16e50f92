"""What may be done to households and their members: one business act a function, permission inside, one posting each."""
