"""The command line, the server and its worker, the demo county."""
