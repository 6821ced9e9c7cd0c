skip_if_not_installed("ggplot2")

study <- registry(
  patients = data.frame(
    patient_id = c("P1", "P2"), sex = c("female", "male"), last_contact_date = "2012-09-01",
    death_date = NA
  ),
  lines = data.frame(
    line_id = c("L1", "L2"), patient_id = c("P1", "P2"), drug = c("A", "B"),
    start_date = "2012-03-01", end_date = c("2012-06-20", "2012-05-01")
  ),
  assessments = data.frame(line_id = "L1", assessment_date = "2012-04-12", response = "SD")
)
printed <- data.frame(
  id = c("T1", "T2", "T3", "T4", "T5"), quantity = "x",
  printed = c("50", "9.9", "2", "2012-03", "7"), lower = c("", "1.0", "", "", ""),
  upper = c("", "3.6", "", "", ""), unit = c("%", "months", "count", "month", "count"),
  statistic = c("percent", "median", "count", "earliest", ""),
  table = c("patients", "lines", "patients", "lines", "patients"),
  counted = c("sex=female", "", "", "", ""),
  variable = c("", "treatment_days", "", "start_date", "")
)
compared <- compare_reported(printed, study)
figure <- plot(compared)

test_that("every number and bound is a point at what is printed and what came back", {
  points <- figure$data[order(figure$data$id, figure$data$printed), ]
  expect_identical(points$id, c("T1", "T2", "T2", "T2", "T3"))
  expect_equal(points$printed, c(50, 1, 3.6, 9.9, 2))
  found <- compared[compared$id == "T2", ]
  expect_equal(points$recomputed, c(50, found$lower, found$upper, found$value, 2))
  expect_identical(points$part, c("value", "lower", "upper", "value", "value"))
  expect_identical(as.character(points$kind[1:2]), c("Percentages", "Times and ages"))
  shapes <- layer_of(figure, "GeomPoint")$shape
  expect_length(unique(shapes), 2L)
})

test_that("what does not match is named once, beside its farthest point", {
  labels <- layer_of(figure, "GeomText")
  expect_identical(labels$label, "T2")
  segment <- layer_of(figure, "GeomSegment")
  expect_equal(segment$x^2, 9.9)
  panels <- data.frame(
    id = rep(paste0("N", 1:12), 2), kind = "Counts", printed = 1:24, recomputed = 1:24 + 0.5,
    agrees = FALSE
  )
  placed <- comparison_labels(panels, identity, identity)
  expect_identical(nrow(placed), 8L)
  expect_identical(anyDuplicated(placed$id), 0L)
  expect_gte(min(diff(sort(placed$y))), 0.09 * 23)
})

test_that("names keep a line of text apart also in low panels, and off the line", {
  # Six panels in three rows; ids that lie close to one another, and some of the same place.
  near <- c(20, 21, 22, 45, 60, 61, 99)
  panels <- data.frame(
    id = paste0("N", seq_len(12)), kind = rep(letters[1:6], c(7, 1, 1, 1, 1, 1)),
    printed = c(near, 1:5),
    recomputed = c(near + c(0.1, 0.1, 0.1, 0.1, -0.1, -0.1, 0.1), 1:5), agrees = FALSE
  )
  first <- data.frame(id = "start", kind = "a", printed = 0, recomputed = 0, agrees = TRUE)
  placed <- comparison_labels(rbind(first, panels), identity, identity)
  placed <- placed[placed$kind == "a", ]
  height <- 99.1
  expect_gte(nrow(placed), 6L)
  expect_true(all(abs(placed$y - placed$x) >= 0.17 * height))
  for (i in seq_len(nrow(placed))[-1L]) {
    others <- seq_len(i - 1L)
    apart <- abs(placed$x[i] - placed$x[others]) > 0.11 * height |
      abs(placed$y[i] - placed$y[others]) > 0.224 * height
    expect_true(all(apart))
  }
  expect_equal(text_share(panels), 0.225)
  expect_identical(text_share(first), 0.09)
})

test_that("numbers on an axis keep a distance", {
  breaks <- rooted_breaks("sqrt", 0.2)(c(0, 39))
  expect_identical(breaks, c(0, 2, 10, 30))
  expect_identical(rooted_breaks("sqrt", 0)(c(0, 39)), c(0, 2, 10, 20, 30))
})

test_that("what has no place in the figure is counted", {
  expect_identical(
    figure$labels$caption, "Not drawn: months of the calendar (1). Not computed: 1."
  )
  expect_match(
    ggplot2::get_alt_text(figure), "Of 5, 3 match, 0 differ as expected, 1 differs, 1 was not",
    fixed = TRUE
  )
  expect_match(ggplot2::get_alt_text(figure), "Off the line: T2.", fixed = TRUE)
  nothing <- compare_reported(printed[5L, ], study)
  expect_error(plot(nothing), class = "survlines_error_no_data")
})

test_that("printed texts are read as they are written", {
  read <- printed_numbers(c("45.5 (30.2 to 62)", "<10", "-2", "2009-09", "1 (-3 to -0.5)"))
  expect_equal(read$value, c(45.5, 10, -2, NA, 1))
  expect_equal(read$lower, c(30.2, NA, NA, NA, -3))
  expect_equal(read$upper, c(62, NA, NA, NA, -0.5))
})

test_that("negative numbers have plain axes, and text is big enough for one column", {
  negative <- compared
  negative$value[3L] <- -2
  expect_s3_class(ggplot2::ggplot_build(plot(negative))$plot, "ggplot")
  expect_identical(plot(negative)$scales$get_scales("x")$trans$name, "identity")
  expect_gte(smallest_text(plot(compared, base_size = 8)), 6)
  expect_identical(plot(compared, language = "fr")$labels$x, "Imprimé")
})
