"""Files and sheets as offices hold them: read under limits in a child process, found by their headings, given back annotated.

This module imports nothing: the child process starts through it and must start fast.
"""
