"""The station: configuration, pipeline, runner, journal."""
