# survival's data, with the event coded 0/1: that a coding of 1/2 was guessed is a message, which
# has a test of its own in test-model-data.R.
lung <- transform(survival::lung, status = status - 1)
