"""Declarations as others write them: the WCO Data Model's DEC in XML and in JSON."""
