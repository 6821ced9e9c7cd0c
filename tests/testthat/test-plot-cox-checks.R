skip_if_not_installed("ggplot2")

fit <- fit_cox(Surv(time, status) ~ age + log(karno) + celltype, veteran)

test_that("residuals are those of the model without the covariate, as survival has them", {
  figure <- plot_functional_form(fit)
  expect_identical(levels(figure$data$covariate), c("age", "karno"))
  points <- figure$data[figure$data$covariate == "karno", ]
  without <- coxph(Surv(time, status) ~ age + celltype, veteran)
  expect_equal(points$value, veteran$karno)
  expect_equal(points$residual, unname(residuals(without)), tolerance = 1e-6)
  whole <- plot_functional_form(fit, "age", residuals = "model")$data
  expect_equal(whole$residual, unname(residuals(fit)))
})

test_that("interactions leave the model with their covariate, and weights and strata stay", {
  data <- transform(lung, w = rep(1:3, length.out = 228))
  both <- fit_cox(Surv(time, status) ~ age * ph.karno + strata(sex), data, weights = w)
  points <- plot_functional_form(both, "age")$data
  used <- data[!is.na(data$ph.karno), ]
  without <- coxph(Surv(time, status) ~ ph.karno + strata(sex), used, weights = w)
  expect_equal(points$residual, unname(residuals(without)), tolerance = 1e-6)
  null <- plot_functional_form(fit_cox(Surv(time, status) ~ age, lung), "age")$data
  expect_equal(
    null$residual, unname(residuals(coxph(Surv(time, status) ~ 1, lung))), tolerance = 1e-6
  )
})

test_that("the smooth is loess, or lowess for many rows", {
  figure <- plot_functional_form(fit, "age")
  line <- layer_of(figure, "GeomLine")
  expected <- predict(loess(residual ~ value, figure$data, degree = 1), data.frame(value = line$x))
  expect_equal(line$y, unname(expected))
  set.seed(1)
  many <- data.frame(value = runif(3000), residual = rnorm(3000), covariate = factor("x"))
  smooth <- form_smooth(many)
  curve <- lowess(many$value, many$residual, iter = 0)
  expect_equal(smooth$residual, approx(curve$x, curve$y, smooth$value)$y)
  expect_identical(nrow(thinned(many, most = 100L)), 100L)
})

test_that("covariates are numeric variables, missing values are counted", {
  expect_error(plot_functional_form(fit, "celltype"), "age", class = "survlines_error_argument")
  expect_error(plot_functional_form(fit, "nobody"), class = "survlines_error_argument")
  expect_error(plot_functional_form(fit, ""), class = "survlines_error_argument")
  expect_error(
    plot_functional_form(fit_cox(Surv(time, status) ~ celltype, veteran)),
    class = "survlines_error_argument"
  )
  expect_error(plot_functional_form(lm(age ~ 1, veteran)), class = "survlines_error_argument")
  outside <- fit_cox(Surv(time, status) ~ age, lung)
  expect_message(
    figure <- plot_functional_form(outside, "wt.loss"), "wt.loss 14",
    class = "survlines_message_missing"
  )
  expect_identical(nrow(figure$data), 214L)
  few <- plot_functional_form(fit_cox(Surv(time, status) ~ trt + age, veteran), "trt")
  expect_match(ggplot2::get_alt_text(few), "trt: 137 rows, too few values")
  expect_s3_class(ggplot2::ggplot_build(few)$plot, "ggplot")
})

test_that("influence is dfbetas by row, and the largest are named", {
  figure <- plot_influence(fit)
  expected <- residuals(coxph(Surv(time, status) ~ age + log(karno) + celltype, veteran), "dfbetas")
  expect_equal(figure$data$change, as.vector(expected), tolerance = 1e-5)
  expect_identical(figure$data$name[1:2], c("1", "2"))
  named <- most_influential(figure$data, 1L)
  expect_identical(named$name, as.character(apply(abs(expected), 2, which.max)))
  lines <- layer_of(figure, "GeomHline")
  expect_equal(max(unlist(lapply(2, function(i) ggplot2::layer_data(figure, i)$yintercept))),
    2 / sqrt(137)
  )
  expect_match(ggplot2::get_alt_text(figure), "dfbetas) of 137 rows or clusters on 5 coefficients",
    fixed = TRUE
  )
})

test_that("clusters are left out together, under their names", {
  clustered <- suppressMessages(
    fit_cox(Surv(time, status) ~ age + sex, lung, cluster = inst, subset = !is.na(inst))
  )
  figure <- plot_influence(clustered, type = "dfbeta")
  reference <- coxph(Surv(time, status) ~ age + sex, lung, cluster = inst, subset = !is.na(inst))
  expected <- residuals(reference, "dfbeta", collapse = lung$inst[!is.na(lung$inst)])
  drawn <- matrix(figure$data$change, ncol = 2L)
  rownames(drawn) <- figure$data$name[seq_len(nrow(drawn))]
  expect_setequal(rownames(drawn), rownames(expected))
  expect_equal(drawn[rownames(expected), ], unname(expected), ignore_attr = TRUE, tolerance = 1e-5)
  expect_identical(figure$labels$x, "Cluster")
  rows <- plot_influence(clustered, collapse = FALSE)
  expect_identical(max(rows$data$place), 227L)
})

test_that("lines of patients go together and bear the patient's name", {
  pfs <- derive_endpoint(
    read_registry(registry_example()), endpoint_pfs(), covariates = "age_at_start"
  )
  lines <- suppressMessages(fit_cox(pfs ~ age_at_start, pfs))
  expect_setequal(plot_influence(lines)$data$name, unique(pfs$patient_id))
  expect_identical(plot_influence(lines, collapse = FALSE)$data$name, pfs$line_id)
})

test_that("figures of checks are readable in one column and refuse nonsense", {
  expect_gte(smallest_text(plot_influence(fit, base_size = 8)), 6)
  expect_gte(smallest_text(plot_functional_form(fit, base_size = 8)), 6)
  expect_error(plot_influence(fit, type = "martingale"), class = "survlines_error_argument")
  expect_error(plot_influence(fit, collapse = TRUE), class = "survlines_error_argument")
  expect_error(plot_influence(1), class = "survlines_error_argument")
  expect_error(plot_influence(fit, collapse = 1:3), class = "survlines_error_argument")
  expect_identical(nrow(plot_influence(fit, collapse = rep("all", fit$n_data))$data),
    length(coef(fit))
  )
})

test_that("a model without coefficients has no influence to draw", {
  empty <- fit_cox(Surv(time, status) ~ 1, veteran)
  expect_error(plot_influence(empty), "no coefficients", class = "survlines_error_argument")
  expect_error(plot_functional_form(empty), class = "survlines_error_argument")
})
