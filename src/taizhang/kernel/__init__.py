"""Values, sheets, findings. Knows no Django, no clock, no register."""
