"""Those who help (责任清): helpers, their units, village teams, and who is paired with which household."""
