"""Inspection messages: bytes to documents and back. The envelope is motcua.lib.nsw_envelope's, the bodies are here."""
