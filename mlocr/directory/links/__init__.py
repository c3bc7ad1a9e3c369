"""The confirming tables in the built-in open format (docs/links.md): DPV, LACSLink and SuiteLink beside a directory."""
