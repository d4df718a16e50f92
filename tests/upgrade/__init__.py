"""Homes of earlier releases, brought to today."""
