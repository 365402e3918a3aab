"""What tools computed: their arguments, to be changed and computed again; and the tools that a persona has."""
