// An empty process: every other program includes its cost.
