skip_if_not_installed("ggplot2")
skip_if_not_installed("patchwork")

relapse <- transform(
  mgus2,
  months = ifelse(pstat == 1, ptime, futime),
  cause = factor(ifelse(pstat == 1, 1, 2 * death), 0:2, c("censored", "progression", "death"))
)
fit <- fit_cuminc(Surv(months, cause) ~ 1, relapse, time_unit = "months")
by_sex <- fit_cuminc(Surv(months, cause) ~ sex, relapse, time_unit = "months")

# The height after each time.
after <- function(drawn, height) {
  drawn[[height]][!duplicated(drawn$x, fromLast = TRUE)]
}

test_that("lines are the incidence of each cause", {
  line <- layer_of(plot(fit, risk_table = FALSE, time_unit = "years"), "GeomLine")
  table <- tidy(fit, time_unit = "years")
  for (k in 1:2) {
    curve <- table[table$cause == fit$causes[k], ]
    # Everybody has had an event in the end: the curve goes on to the end of the axis.
    drawn <- line[line$group == k & line$x <= max(table$time), ]
    expect_equal(unique(drawn$x), c(0, setdiff(curve$time, 0)))
    expect_equal(tail(after(drawn, "y"), -1), curve$estimate[curve$time > 0])
  }
  expect_length(unique(line$linetype), 2L)
  ribbon <- layer_of(plot(fit, risk_table = FALSE), "GeomRibbon")
  expect_equal(max(ribbon$ymax), max(fit$conf_high))
})

test_that("bands lie on one another, and their height is the incidence", {
  figure <- plot(fit, style = "stacked", causes = c("death", "progression"), risk_table = FALSE)
  band <- layer_of(figure, "GeomRibbon")
  death <- band[band$group == 1L, ]
  progression <- band[band$group == 2L, ]
  expect_equal(death$ymax, progression$ymin)
  expect_equal(unique(death$ymin), 0)
  last <- length(fit$time)
  expect_equal(max(progression$ymax), 1 - fit$survival[last])
  expect_equal(max(death$ymax), fit$incidence[["death", last]])
})

test_that("groups have panels, each above its own numbers at risk", {
  figure <- plot(by_sex, breaks = c(0, 60), risk_table = c("at_risk", "events"))
  at_risk <- layer_of(figure[[2L]], "GeomText")
  expected <- incidence_at(by_sex, c(0, 60), causes = "death")$n.risk
  shown <- at_risk$label[order(at_risk$PANEL, at_risk$x)]
  expect_equal(as.numeric(gsub(" ", "", shown)), expected)
  events <- layer_of(figure[[3L]], "GeomText")
  first <- events[events$PANEL == 1L & events$x == 60, ]
  female <- relapse[relapse$sex == "F" & relapse$months <= 60, ]
  expect_equal(
    as.numeric(first$label[order(-first$y)]),
    c(sum(female$cause == "progression"), sum(female$cause == "death"))
  )
})

test_that("causes without an event are left out unless they are asked for", {
  data <- data.frame(time = 1:4, cause = factor(c("a", "b", "a", "none"), c("none", "a", "b", "c")))
  rare <- fit_cuminc(Surv(time, cause) ~ 1, data)
  expect_identical(levels(plot(rare, risk_table = FALSE)$data$curve), c("a", "b"))
  expect_identical(
    levels(plot(rare, causes = c("c", "a"), risk_table = FALSE)$data$curve), c("c", "a")
  )
  named <- plot(rare, labels = c(b = "bleeding"), risk_table = FALSE)
  expect_identical(as.character(layer_of(named, "GeomText")$label), c("a", "bleeding"))
  expect_error(plot(rare, causes = "z"), class = "survlines_error_argument")
  expect_error(plot(rare, labels = c(z = "z")), class = "survlines_error_argument")
  expect_error(plot(rare, labels = c(a = "b")), class = "survlines_error_argument")
  expect_error(plot(rare, style = "pie"), class = "survlines_error_argument")
})

test_that("a curve on which everybody has had an event goes on", {
  data <- data.frame(
    time = c(1, 2, 9), group = c("x", "x", "y"),
    cause = factor(c("a", "b", "none"), c("none", "a", "b"))
  )
  short <- fit_cuminc(Surv(time, cause) ~ group, data)
  line <- layer_of(plot(short, risk_table = FALSE), "GeomLine")
  expect_gt(max(line$x[line$PANEL == 1L]), 9)
  expect_equal(unique(line$y[line$PANEL == 1L & line$x > 9]), 0.5)
})

test_that("the alt text has the numbers of the fit", {
  alt <- ggplot2::get_alt_text(plot(by_sex))
  row <- glance(by_sex)[1L, ]
  expected <- sprintf(
    "F, progression: %d of %d rows, %.1f%%", row$events, row$records, 100 * row$estimate
  )
  expect_match(alt, expected, fixed = TRUE)
  french <- plot(fit, language = "fr", risk_table = FALSE)
  expect_identical(french$labels$y, "Incidence cumulée")
  expect_match(ggplot2::get_alt_text(french), "1384 observations", fixed = TRUE)
  expect_identical(
    ggplot2::layer_data(ggplot2::autoplot(fit, risk_table = FALSE)),
    ggplot2::layer_data(plot(fit, risk_table = FALSE))
  )
})

test_that("text is no smaller than 6 points where a figure is made for one column", {
  expect_gte(smallest_text(plot(fit, base_size = 8, risk_table = risk_table_blocks)), 6)
  expect_gte(smallest_text(plot(by_sex, base_size = 8, style = "stacked")), 6)
})

test_that("reasons for stopping treatment are competing causes", {
  stops <- derive_endpoint(small_registry(), endpoint_ttf(planned = character()))
  figure <- suppressMessages(plot(fit_cuminc(Surv(days, cause) ~ 1, stops), risk_table = FALSE))
  expect_identical(levels(figure$data$curve), c("death", "completed", "toxicity"))
})

test_that("many groups have panels in several rows and no table, with a message", {
  rows <- data.frame(
    time = 1:24, cause = factor(rep(0:2, 8), 0:2, c("censored", "a", "b")), group = rep(1:6, 4)
  )
  fit <- fit_cuminc(Surv(time, cause) ~ group, rows)
  expect_message(figure <- plot(fit), class = "survlines_message_no_risk_table")
  expect_gt(max(ggplot2::ggplot_build(figure)$layout$layout$ROW), 1)
  expect_no_message(figure <- plot(fit, risk_table = TRUE))
  expect_identical(max(ggplot2::ggplot_build(figure[[1L]])$layout$layout$ROW), 1L)
})
