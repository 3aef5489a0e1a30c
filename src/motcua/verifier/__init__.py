"""The verifier: one file that anybody may copy away and run with a bare Python, see `motcua_verify.py`."""
