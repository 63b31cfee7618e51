"""An engine inside the program: a believable fleet for people who have no engine, and for pictures and tests."""
