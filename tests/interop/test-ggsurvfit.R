# The rows of a drawn layer, with the curve they belong to.
drawn <- function(figure, geom) {
  kind <- vapply(figure$layers, function(layer) class(layer$geom)[[1L]], "")
  ggplot2::get_layer_data(figure, match(geom, kind))
}

# What tidy() says of the curves, with the point at which each begins.
with_start <- function(fit) {
  curves <- tidy(fit)
  curves$group <- if ("strata" %in% names(curves)) as.integer(curves$strata) else 1L
  start <- data.frame(time = 0, estimate = 1, conf.low = 1, conf.high = 1)
  columns <- c("group", names(start))
  all <- rbind(merge(data.frame(group = unique(curves$group)), start), curves[columns])
  all[order(all$group, all$time), ]
}

expect_curves_drawn <- function(figure, fit) {
  expected <- with_start(fit)
  steps <- drawn(figure, "GeomStep")
  expect_equal(steps$group, expected$group, ignore_attr = TRUE)
  expect_equal(steps$x, expected$time)
  expect_equal(steps$y, expected$estimate)
  # The ribbon has a corner before each step and leaves out what is missing.
  ribbon <- drawn(figure, "GeomRibbon")
  corners <- function(group, x, low, high) unique(round(cbind(group, x, low, high), 10L))
  limits <- corners(expected$group, expected$time, expected$conf.low, expected$conf.high)
  limits <- limits[stats::complete.cases(limits), ]
  found <- corners(ribbon$group, ribbon$x, ribbon$ymin, ribbon$ymax)
  expect_identical(nrow(merge(limits, found)), nrow(limits))
}

test_that("curves and intervals are drawn as they are, without a warning", {
  formulas <- list(Surv(time, event) ~ sex, Surv(time, event) ~ 1)
  for (formula in formulas) {
    fit <- fit_km(formula, patients)
    figure <- expect_no_warning(
      ggsurvfit::ggsurvfit(as_survfit(fit)) + ggsurvfit::add_confidence_interval()
    )
    expect_no_warning(ggplot2::ggplot_build(figure))
    expect_curves_drawn(figure, fit)
  }
})

test_that("curves of a registry are drawn, from a formula with one column for the endpoint", {
  fit <- suppressMessages(fit_km(pfs ~ treatment, registry_lines()))
  figure <- ggsurvfit::ggsurvfit(as_survfit(fit)) + ggsurvfit::add_confidence_interval()
  expect_curves_drawn(figure, fit)
})

test_that("curves that begin late begin there", {
  fit <- fit_km(Surv(time, event) ~ 1, patients, start_time = 200)
  steps <- drawn(ggsurvfit::ggsurvfit(as_survfit(fit)), "GeomStep")
  expect_equal(steps[1L, c("x", "y")], data.frame(x = 200, y = 1), ignore_attr = TRUE)
})

# All text of a table drawn under a figure.
written <- function(grob) {
  parts <- c(grob$grobs, grob$children)
  c(if (inherits(grob, "text")) as.character(grob$label), unlist(lapply(parts, written)))
}

test_that("the table under the curves has our numbers at risk", {
  fit <- fit_km(Surv(time, event) ~ sex, patients)
  times <- c(0, 250, 500, 750, 1000)
  figure <- ggsurvfit::ggsurvfit(as_survfit(fit)) +
    ggsurvfit::add_risktable(times = times, risktable_stats = "n.risk")
  built <- expect_no_warning(ggsurvfit::ggsurvfit_build(figure, combine_plots = FALSE))
  numbers <- grep("^[0-9]+$", written(built[[2L]]), value = TRUE)
  at_risk <- survival_at(fit, times)$n.risk
  expect_identical(sort(as.numeric(numbers)), sort(at_risk))
  expect_s3_class(ggsurvfit::ggsurvfit_build(figure), "ggplot")
})

test_that("the median that is marked is ours", {
  fit <- fit_km(Surv(time, event) ~ sex, patients)
  figure <- ggsurvfit::ggsurvfit(as_survfit(fit)) + ggsurvfit::add_quantile(y_value = 0.5)
  marked <- drawn(figure, "GeomSegment")
  medians <- survival_quantile(fit, 0.5)$estimate
  expect_true(all(medians %in% c(marked$x, marked$xend)))
})

test_that("a fit of ours is refused with the class that is not", {
  fit <- fit_km(Surv(time, event) ~ sex, patients)
  expect_error(ggsurvfit::ggsurvfit(fit), "must be <survfit>", fixed = TRUE)
})
