# The faults that `make mutants` puts into the sources to see whether a test notices.

test_that("each fault still fits its file, in one place", {
  file <- test_path("..", "mutants", "mutants.dcf")
  skip_if_not(file.exists(file), "the faults are not part of the built package")
  faults <- as.data.frame(read.dcf(file))
  expect_gte(nrow(faults), 40L)
  expect_identical(anyDuplicated(faults$id), 0L)
  expect_false(any(faults$was == faults$becomes))
  for (i in seq_len(nrow(faults))) {
    lines <- trimws(readLines(test_path("..", "..", faults$file[i])))
    expect_identical(sum(lines == faults$was[i]), 1L, label = paste("places of", faults$id[i]))
  }
})
