skip_if_not_installed("ggplot2")
skip_if_not_installed("patchwork")

fit <- fit_km(Surv(time, status == 2) ~ sex, lung)

test_that("the curve drawn is the curve of the fit", {
  figure <- plot(fit, time_unit = "months", risk_table = FALSE)
  line <- layer_of(figure, "GeomLine")
  table <- tidy(fit, time_unit = "months")
  for (k in 1:2) {
    drawn <- line[line$group == k, ]
    curve <- table[table$strata == fit$strata[k], ]
    expect_equal(c(drawn$x[1], drawn$y[1]), c(0, 1))
    expect_equal(unique(drawn$x), c(0, curve$time))
    # After each time the curve has come down to the estimate, and has been level before.
    expect_equal(drawn$y[!duplicated(drawn$x, fromLast = TRUE)][-1], curve$estimate)
    expect_equal(drawn$y[!duplicated(drawn$x)][-1], c(1, head(curve$estimate, -1)))
  }
  ribbon <- layer_of(figure, "GeomRibbon")
  last <- ribbon[!duplicated(ribbon[c("x", "group")], fromLast = TRUE) & ribbon$x > 0, ]
  expect_equal(last$ymin[order(last$group, last$x)], table$conf.low)
  marks <- layer_of(figure, "GeomPoint")
  expect_equal(nrow(marks), sum(table$n.censor > 0))
})

test_that("the number at risk comes from the fit, on the axis of the curves", {
  figure <- plot(fit, time_unit = "months", breaks = c(0, 12, 24))
  table <- layer_of(figure[[2L]], "GeomText")
  expected <- survival_at(fit, c(0, 12, 24), "months")
  table <- table[order(-table$y, table$x), ]
  expect_equal(as.numeric(table$label), expected$n.risk)
  range <- function(part) ggplot2::layer_scales(part)$x$get_limits()
  expect_equal(range(figure[[1L]]), range(figure[[2L]]))
})

test_that("curves differ in colour and line type, and have names", {
  figure <- plot(fit, labels = c("male", "female"), risk_table = FALSE)
  line <- layer_of(figure, "GeomLine")
  expect_length(unique(line$colour), 2L)
  expect_length(unique(line$linetype), 2L)
  expect_identical(levels(figure$data$curve), c("male", "female"))
  direct <- plot(fit, label = "direct", risk_table = FALSE)
  expect_identical(as.character(layer_of(direct, "GeomText")$label), c("1", "2"))
  two <- fit_km(Surv(time, status) ~ celltype + trt, veteran)
  expect_identical(curve_levels(two)[1:2], c("squamous, 1", "squamous, 2"))
  expect_error(plot(fit, labels = "male"), class = "survlines_error_argument")
})

test_that("lines at the medians end at the medians", {
  segments <- layer_of(plot(fit, risk_table = FALSE), "GeomSegment")
  expect_equal(sort(segments$xend), sort(c(426, 270, 426)))
  none <- fit_km(Surv(time, status * 0) ~ 1, aml)
  geoms <- vapply(plot(none, risk_table = FALSE)$layers, function(l) class(l$geom)[1L], "")
  expect_false("GeomSegment" %in% geoms)
})

test_that("figures have a text for those who do not see them", {
  expect_match(
    ggplot2::get_alt_text(plot(fit)), "1: 138 rows, 112 events, median 270 [210, 306]",
    fixed = TRUE
  )
  expect_identical(ggplot2::get_alt_text(plot(fit, alt = "Two curves.")), "Two curves.")
  french <- plot(fit, time_unit = "months", language = "fr")
  expect_identical(french[[1L]]$labels$x, label_text("time_in", "fr", unit = "mois"))
  expect_match(
    ggplot2::get_alt_text(french),
    "1 : 138 observations, 112 événements, médiane 8,87 [6,9 ; 10,1]",
    fixed = TRUE
  )
  cox <- fit_cox(Surv(time, status) ~ celltype, veteran)
  ratio <- sprintf("%.2f", exp(coef(coxph(Surv(time, status) ~ celltype, veteran))[[1L]]))
  expect_match(
    ggplot2::get_alt_text(plot(cox)), paste("smallcell vs squamous:", ratio),
    fixed = TRUE
  )
})

test_that("no alt text in French has a decimal point or an English interval", {
  expect_french <- function(figure) {
    alt <- ggplot2::get_alt_text(figure)
    expect_match(alt, "[0-9],[0-9]")
    expect_no_match(alt, "[0-9][.][0-9]|[0-9], [0-9]|[0-9]%|[[:alnum:]]:")
  }
  causes <- transform(
    lung,
    cause = factor(status + (age > 65 & status == 2), 1:3, c("vivant", "avant", "apr\u00e8s")),
    sexe = factor(sex, 1:2, c("homme", "femme"))
  )
  cox <- fit_cox(Surv(time, status) ~ age + karno, veteran)
  study <- read_registry(registry_example())
  fits <- list(
    plot(fit, time_unit = "months", language = "fr"),
    plot(fit_cuminc(Surv(time, cause) ~ sexe, causes), time_unit = "years", language = "fr"),
    plot(cox, language = "fr", conf_level = 0.975),
    plot(test_proportional(cox), language = "fr"),
    plot_functional_form(cox, language = "fr"), plot_influence(cox, language = "fr"),
    plot_swimmer(study, language = "fr"), plot_waterfall(study, language = "fr")
  )
  for (figure in fits) expect_french(figure)
})

test_that("hazard ratios on an axis stand apart however wide it is", {
  breaks <- function(low, high) ratio_breaks(data.frame(low = low, high = high))
  expect_equal(breaks(0.28, 7.01), c(0.2, 0.5, 1, 2, 5, 10))
  expect_equal(breaks(0.18, 168.83), c(0.3, 1, 3, 10, 30, 100))
  expect_equal(breaks(c(0.004, NA), c(900, NA)), 10^(-2:3))
  expect_equal(breaks(0.9, 1.2), c(0.5, 0.67, 0.8, 1, 1.25, 1.5, 2))
  for (high in c(1e4, 1e30, 1e200, Inf)) {
    found <- breaks(1 / high, high)
    expect_lte(length(found), 7L)
    expect_false(anyNA(found))
    expect_true(!is.unsorted(found))
  }
})

test_that("a median that is not reached is called so in the reader's language", {
  none <- fit_km(Surv(time, status * 0) ~ 1, aml)
  expect_match(ggplot2::get_alt_text(plot(none)), "median NR [NR, NR]. NR: not", fixed = TRUE)
  french <- ggplot2::get_alt_text(plot(none, language = "fr"))
  expect_match(french, "diane NA [NA ; NA]. NA : non atteint", fixed = TRUE)
})

test_that("the forest plot shows the ratios asked for and what they compare", {
  cox <- fit_cox(Surv(time, status) ~ age + celltype, veteran)
  figure <- plot(cox, per = c(age = 10), units = c(age = "years"), names = c(celltype = "cells"))
  points <- layer_of(figure, "GeomPoint")
  expect_equal(10^points$x, exp(unname(coef(cox)) * c(10, 1, 1, 1)))
  bars <- layer_of(figure, "GeomErrorbar")
  expect_equal(10^bars$xmin, exp(unname(confint(cox)[, 1]) * c(10, 1, 1, 1)))
  labels <- figure$scales$get_scales("y")$labels
  expect_identical(labels[1:2], c("age: per 10 years", "cells: smallcell vs\nsquamous"))
  french <- plot(cox, language = "fr")
  scale <- french$scales$get_scales("y")
  expect_identical(scale$labels[2L], "celltype : smallcell\ncontre squamous")
  expect_match(scale$secondary.axis$labels[2L], "^2,70 \\[1,64 ; 4,44\\]  p < 0,0001$")
  expect_identical(french$scales$get_scales("x")$labels(0.5), "0,5")
  expect_error(plot(cox, per = c(celltype = 2)), class = "survlines_error_argument")
  expect_error(plot(fit_cox(Surv(time, status) ~ 1, aml)), class = "survlines_error_argument")
})

test_that("coefficients without an estimate are named and not drawn", {
  data <- transform(veteran, twice = 2 * age)
  figure <- plot(fit_cox(Surv(time, status) ~ age + twice, data))
  expect_identical(nrow(layer_of(figure, "GeomPoint")), 1L)
  expect_match(figure$scales$get_scales("y")$secondary.axis$labels[2], "not estimated")
})

test_that("a missing package is an error that says so", {
  expect_error(check_installed("no.such.package", "A figure"), "no.such.package",
    class = "survlines_error_package"
  )
})

test_that("autoplot() is plot()", {
  expect_equal(
    ggplot2::layer_data(ggplot2::autoplot(fit, risk_table = FALSE)),
    ggplot2::layer_data(plot(fit, risk_table = FALSE))
  )
})

test_that("many curves differ in colour or line type, and are drawn without intervals", {
  pairs <- paste(curve_scale(curve_colours, 56L), curve_scale(curve_line_types, 56L))
  expect_identical(anyDuplicated(pairs), 0L)
  layers <- function(figure) length(figure$layers)
  many <- fit_km(Surv(time, status) ~ inst, lung)
  expect_lt(
    layers(plot(many, risk_table = FALSE)),
    layers(plot(many, risk_table = FALSE, conf_int = TRUE))
  )
})

test_that("the tables under the curves count events and censored up to each time", {
  for (table in list(quote(f(x)), globalenv(), list("at_risk"), "rows", c("events", "events"))) {
    expect_error(plot(fit, risk_table = table), class = "survlines_error_argument")
  }
  figure <- plot(fit, breaks = c(0, 200, 400), risk_table = c("at_risk", "events", "censored"))
  data <- subset(lung, !is.na(time))
  expected <- function(status) {
    unlist(lapply(1:2, function(sex) {
      vapply(c(0, 200, 400), function(t) {
        sum(data$sex == sex & data$status == status & data$time <= t)
      }, 0L)
    }))
  }
  numbers <- function(part) {
    table <- layer_of(figure[[part]], "GeomText")
    as.numeric(table$label[order(-table$y, table$x)])
  }
  expect_equal(numbers(3L), expected(2L))
  expect_equal(numbers(4L), expected(1L))
  expect_error(plot(fit, risk_table = "deaths"), class = "survlines_error_argument")
})

test_that("the table of many curves is left out with a message", {
  many <- fit_km(Surv(time, status) ~ inst, lung)
  expect_message(figure <- plot(many), "18 curves", class = "survlines_message_no_risk_table")
  expect_false(inherits(figure, "patchwork"))
  expect_s3_class(plot(many, risk_table = TRUE), "patchwork")
})

test_that("names at the ends of curves keep apart, in the order of the curves", {
  place <- spread_out(c(0.5, 0.02, 0.51, 0.5), gap = 0.1)
  expect_gte(min(diff(sort(place))), 0.1 - 1e-12)
  expect_identical(order(place), order(c(0.5, 0.02, 0.51, 0.5)))
  expect_equal(spread_out(c(0.1, 0.9), 0.1), c(0.1, 0.9))
  expect_equal(range(spread_out(rep(1, 30), 0.1)), c(0, 1))
})

test_that("text is no smaller than 6 points where a figure is made for one column", {
  expect_gte(smallest_text(plot(fit, base_size = 8, risk_table = risk_table_blocks)), 6)
  expect_gte(smallest_text(plot(fit, base_size = 8, label = "direct")), 6)
  expect_error(plot(fit, base_size = "8"), class = "survlines_error_argument")
})

test_that("curves are named by levels, however names of variables lie in one another", {
  rows <- data.frame(time = 1:8, event = 1, a = rep(0:1, 4), ba = rep(0:1, each = 4))
  expect_identical(
    curve_levels(fit_km(Surv(time, event) ~ a + ba, rows)), c("0, 0", "0, 1", "1, 0", "1, 1")
  )
  rows$a <- c("ba=1", "a=2")
  expect_identical(
    curve_levels(fit_km(Surv(time, event) ~ a + ba, rows)),
    c("a=2, 0", "a=2, 1", "ba=1, 0", "ba=1, 1")
  )
})

test_that("what a figure does not take is refused, not passed over", {
  curves <- fit_km(Surv(time, status) ~ sex, lung)
  expect_error(plot(curves, fun = "event"), "fun", class = "survlines_error_argument")
  expect_error(plot(curves, xlim = c(0, 300), col = 2), "xlim", class = "survlines_error_argument")
  cox <- fit_cox(Surv(time, status) ~ sex, lung)
  expect_error(plot(cox, conf.level = 0.9), "conf.level", class = "survlines_error_argument")
  expect_error(plot(test_proportional(cox), var = 1), "var", class = "survlines_error_argument")
})

test_that("long names of comparisons are broken into lines", {
  rows <- lung
  sexes <- c("men of any age", "women of any age")
  rows$`a covariate with a name` <- factor(rows$sex, labels = sexes)
  figure <- plot(fit_cox(Surv(time, status) ~ `a covariate with a name`, rows))
  expect_identical(
    figure$scales$get_scales("y")$labels,
    "a covariate with a\nname: women of any\nage vs men of any age"
  )
})

test_that("per cent are written as the language has them", {
  fit <- fit_km(Surv(time, status) ~ sex, lung)
  labels <- function(...) {
    plot(fit, risk_table = FALSE, ...)$scales$get_scales("y")$labels
  }
  expect_identical(labels()[5L], "100%")
  expect_identical(labels(language = "fr")[5L], "100 %")
})
