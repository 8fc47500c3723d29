"""Other programs for the same task, each timed in a process and an environment of its own."""
