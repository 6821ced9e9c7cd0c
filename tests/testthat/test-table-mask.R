# A sum of random parts, shown or (the last) not: mask, and what a reader can think of every cell.
random_sum <- function(min_cell) {
  n <- sample(2:4, 1L)
  parts <- rlang::set_names(sample(0:7, n, TRUE, c(3, 2, 2, 2, 1, 1, 1, 1)), letters[seq_len(n)])
  counts <- add_counts(no_counts(), c(parts, all = sum(parts)))
  counts <- add_sum(counts, "all", names(parts))
  if (sample(2L, 1L) == 1L) counts$shown[n] <- FALSE
  counts
}

# Every table that looks like the masked one: numbers above 9 are left out, which only takes away.
possible_tables <- function(counts, mask, min_cell) {
  allowed <- Map(function(value, shown, mask) {
    if (!shown || mask == "further") {
      0:9
    } else if (mask == "small") {
      seq_len(min_cell - 1)
    } else {
      value
    }
  }, counts$value, counts$shown, mask)
  parts <- setdiff(names(allowed), "all")
  tables <- expand.grid(allowed[parts])
  tables$all <- rowSums(tables)
  if (mask[["all"]] == "further") tables else tables[tables$all %in% allowed$all, ]
}

test_that("no masked count of a sum can be worked out by trying all tables", {
  set.seed(4)
  further <- 0
  for (set in seq_len(n_random_sets(60))) {
    min_cell <- sample(3:5, 1L)
    counts <- random_sum(min_cell)
    mask <- mask_counts(counts, min_cell)
    small <- counts$value > 0 & counts$value < min_cell
    expect_true(all(mask[small & counts$shown] != "") && all(mask[!counts$shown] == ""))
    if (!any(small)) expect_true(all(mask == ""))
    tables <- possible_tables(counts, mask, min_cell)
    secret <- names(mask)[mask != "" | small]
    choices <- vapply(tables[secret], function(x) length(unique(x)), 0L)
    expect_true(all(choices > 1L))
    # The truth is among them, and zeros are never masked.
    truth <- Reduce(`&`, Map(`==`, tables[names(mask)], counts$value))
    expect_true(any(truth) && all(counts$value[mask != ""] > 0))
    further <- further + any(mask == "further")
  }
  expect_gt(further, 1)
})

test_that("a single small part of a total takes another with it", {
  counts <- add_counts(no_counts(), c(a = 3, b = 8, c = 20, all = 31))
  counts <- add_sum(counts, "all", c("a", "b", "c"))
  expect_identical(
    mask_counts(counts, 5), c(a = "small", b = "further", c = "", all = "")
  )
  expect_identical(unname(mask_counts(counts, NULL)), rep("", 4L))
  # Four and four of eight leave no choice until the total goes too; zeros are never masked.
  counts <- add_counts(no_counts(), c(a = 4, b = 4, c = 0, all = 8))
  counts <- add_sum(counts, "all", c("a", "b", "c"))
  expect_identical(
    mask_counts(counts, 5), c(a = "small", b = "small", c = "", all = "further")
  )
  # Four ones cannot be less, and four together not more than "<5" says.
  counts <- add_counts(no_counts(), c(a = 1, b = 1, c = 1, d = 1, all = 4))
  counts <- add_sum(counts, "all", c("a", "b", "c", "d"))
  expect_identical(unname(mask_counts(counts, 5)), c(rep("small", 4L), "further"))
})

test_that("what is masked in one sum cannot be worked out from the next", {
  # Women and men of two arms: the small cell takes one with it in its row and one in its column,
  # and those take the fourth.
  counts <- add_counts(no_counts(), c(
    fa = 2, ma = 9, a = 11, fb = 10, mb = 12, b = 22, f = 12, m = 21
  ))
  counts <- add_sum(add_sum(counts, "a", c("fa", "ma")), "b", c("fb", "mb"))
  counts <- add_sum(add_sum(counts, "f", c("fa", "fb")), "m", c("ma", "mb"))
  expect_identical(unname(mask_counts(counts, 5)), c(
    "small", "further", "", "further", "further", "", "", ""
  ))
})

test_that("the few that are left of a total are protected as well", {
  counts <- add_counts(no_counts(), c(part = 18, all = 20))
  counts <- add_rest(counts, "all", "part")
  expect_identical(unname(mask_counts(counts, 5)[c("part", "all")]), c("further", ""))
})

test_that("percentages of masked counts are masked too", {
  study <- read_registry(registry_example())
  tables <- list(
    table_baseline(study, lines = c("drug", "stop_reason"), min_cell = 5),
    table_response(study, min_cell = 5), table_safety(study, min_cell = 5)
  )
  for (table in tables) {
    masked <- unlist(lapply(table, function(column) grepl("^(<5|[*])", column)))
    texts <- unlist(table)[masked]
    expect_true(length(texts) > 0L)
    expect_false(any(grepl("%", texts)))
  }
  response <- tables[[2L]]
  few <- response$controlled == "<5"
  expect_true(any(few) && all(response$share[few] == "masked"))
})

test_that("counts that do not add up to their total are masked in a finite time", {
  counts <- add_counts(no_counts(), c(a = 0, b = 0, all = 2))
  counts <- add_sum(counts, "all", c("a", "b"))
  expect_identical(mask_counts(counts, 3), c(a = "", b = "", all = "further"))
})
