"""One file a task: what a command or a page asks for."""
