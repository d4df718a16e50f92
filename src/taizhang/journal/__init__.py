"""Posting, triggers, replay, verify: what happened, and proof that nothing else did."""
