"""What may be done about those who help: one business act a function, permission inside, one posting each."""
