"""Measured figures, each beside the peer or limit measured in the same run: `python -m bench [name …]`."""
