"""The sub-commands: one file a family, each with the options that it declares and what it then does."""
