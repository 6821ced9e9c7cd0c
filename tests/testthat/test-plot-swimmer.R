skip_if_not_installed("ggplot2")

test_that("bars are treatments, the longest on top, and the thin line is what follows", {
  figure <- plot_swimmer(small_registry(), time_unit = "days")
  bars <- layer_of(figure, "GeomRect")
  # L4 is still treated at last contact; L1 111, L2 63, L3 61, L5 61 days.
  expect_equal(bars$xmax, c(244, 111, 63, 61, 61))
  expect_equal((bars$ymin + bars$ymax) / 2, 5:1)
  axis <- figure$scales$get_scales("y")
  expect_identical(axis$labels, c("L4", "L1", "L2", "L3", "L5"))
  after <- layer_of(figure, "GeomSegment")
  # L1 to death, L2 to the next line, L3 died on the last day, L5 to last contact.
  expect_equal(after$xend, c(244, 184, 155, 61, 167))
  expect_false("GeomSegment" %in% geoms_of(plot_swimmer(small_registry(), follow_up = FALSE)))
})

test_that("marks stand where responses, progressions and deaths are", {
  figure <- plot_swimmer(small_registry(), time_unit = "days", order = "start")
  marks <- figure$layers[[length(figure$layers)]]$data
  label <- figure$scales$get_scales("y")
  line <- label$labels[match(marks$row, label$breaks)]
  found <- paste(line, marks$mark, marks$days)
  expect_setequal(found, c(
    "L1 partial response 90", "L4 partial response 61", "L5 complete response 45",
    "L2 progression 138", "L1 death 184", "L3 death 61", "L4 still treated 244"
  ))
  shape <- ggplot2::layer_data(figure, length(figure$layers))$shape
  expect_equal(shape[match(
    c("complete response", "partial response", "progression", "death", "still treated"), marks$mark
  )], c(24, 21, 25, 4, 62))
})

test_that("lines are chosen, filled and cut off as asked", {
  study <- small_registry()
  two <- plot_swimmer(study, lines = c("L5", "L2"), fill = "sex")
  expect_identical(two$data$line_id, c("L2", "L5"))
  expect_identical(as.character(two$data$fill), c("female", "female"))
  early <- suppressMessages(plot_swimmer(study, cutoff = "2012-05-15"))
  expect_setequal(early$data$line_id[early$data$ongoing], c("L1", "L3", "L4"))
  expect_error(plot_swimmer(study, lines = "L9"), "L9", class = "survlines_error_argument")
  expect_error(plot_swimmer(study, fill = "size"), class = "survlines_error_covariate")
  expect_error(plot_swimmer(study, fill = 1), class = "survlines_error_argument")
  by_sex <- plot_swimmer(study, fill = "sex")
  expect_identical(plot_swimmer(study, fill = matrix("sex"))$data, by_sex$data)
  expect_error(plot_swimmer(study, responses = "PD?"), class = "survlines_error_argument")
  expect_error(plot_swimmer("study"), class = "survlines_error_argument")
  expect_error(
    suppressMessages(plot_swimmer(study, cutoff = "2000-01-01")),
    class = "survlines_error_no_data"
  )
})

test_that("the alt text counts what is drawn, in either language", {
  study <- read_registry(registry_example())
  alt <- ggplot2::get_alt_text(plot_swimmer(study))
  lines <- line_covariates(study)
  months <- lines$treatment_days / 30.4375
  expect_match(alt, "33 lines of 29 patients (sirolimus 23", fixed = TRUE)
  expect_match(alt, sprintf("%.1f to %.1f months", min(months), max(months)), fixed = TRUE)
  expect_match(ggplot2::get_alt_text(plot_swimmer(study, language = "fr")), "33 lignes")
  expect_gte(smallest_text(plot_swimmer(study, base_size = 8)), 6)
})

test_that("rare values share a fill, and many lines are cut short with a message", {
  expect_identical(
    levels(fill_groups(c("a", "a", "b", "b", "c", NA), 3L, "en")), c("a", "b", "other")
  )
  set.seed(3)
  many <- random_tables(60L)
  study <- registry(many$patients, many$lines, rules = only_errors())
  expect_message(plot_swimmer(study), "not shown", class = "survlines_message_not_shown")
})
