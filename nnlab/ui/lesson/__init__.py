"""The strip of a lesson at the top of a laboratory page: predict, run, explain."""
