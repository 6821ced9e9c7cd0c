rows <- transform(lung, status = status - 1, cause = factor(status))
curve <- fit_km(Surv(time, status) ~ sex, rows)
incidence <- fit_cuminc(Surv(time, cause) ~ sex, rows)
cox <- fit_cox(Surv(time, status) ~ age, rows)
logrank <- test_logrank(Surv(time, status) ~ sex, rows)

refused <- function(expression, ...) {
  expect_error(expression, ..., fixed = TRUE, class = "survlines_error_argument")
}

test_that("fits and tests name the argument that survival calls otherwise", {
  formula <- Surv(time, status) ~ sex
  refused(fit_km(formula, rows, conf.type = "log"), "Here `conf.type` is `conf_type`.")
  refused(fit_km(formula, rows, conf.int = 0.9), "Here `conf.int` is `conf_level`.")
  refused(fit_km(formula, rows, stype = 2), "Here `stype` is `estimate`.")
  refused(fit_cox(formula, rows, method = "exact"), "Here `method` is `ties`.")
  refused(fit_cox(formula, rows, id = inst, tt = 1), "no arguments `id` and `tt`")
  refused(fit_cuminc(Surv(time, cause) ~ sex, rows, conf.type = "log"), "`fit_cuminc()` has no")
  refused(test_logrank(formula, rows, id = inst), "Here `id` is `cluster`.")
  refused(test_logrank_pairs(formula, rows, wieghts = age), "Did you mean `weights`?")
  refused(test_maxcombo(formula, rows, weights = age), "`test_maxcombo()` has no argument")
  refused(test_gray(Surv(time, cause) ~ sex, rows, strata = inst), "`?test_gray` lists")
})

test_that("what is refused is not evaluated, and wrappers are seen through", {
  wrapper <- function(...) fit_km(Surv(time, status) ~ sex, rows, ...)
  refused(wrapper(conf.type = stop("never")), "Here `conf.type` is `conf_type`.")
  expect_identical(wrapper(conf_type = "log")$conf_type, "log")
})

test_that("print() and summary() refuse what they would pass over", {
  shown <- list(
    curve, incidence, cox, logrank, test_proportional(cox), endpoint_os(),
    summary(curve), summary(incidence), summary(cox),
    read_registry(registry_example("osteosarcoma")),
    audit_reported(data.frame(id = "T1", printed = "50", quantity = "x", unit = "%")),
    structure("Line L1", class = "survlines_explanation"),
    structure(list(), class = "survlines_comparison")
  )
  for (object in shown) {
    refused(print(object, scale = 12), "no argument `scale`")
  }
  refused(print(curve, scale = 365.25), "`time_unit = \"months\"`")
  refused(print(summary(curve), scale = 365.25), "an argument of `summary()`")
  refused(print(curve, 3, "days", 5), "must have names")
  refused(summary(logrank, scale = 12), "no argument `scale`")
  refused(follow_up(curve, scale = 12), "`time_unit = \"months\"`")
  refused(summary(cox, conf.int = 0.9), "Here `conf.int` is `conf_level`.")
})

test_that("MaxCombo refuses them, too", {
  skip_if_not_installed("mvtnorm")
  refused(print(test_maxcombo(Surv(time, status) ~ sex, rows), scale = 12), "It takes `digits`.")
})

test_that("names that the check has itself are refused like others", {
  refused(print(cox, what = 1), "no argument `what`")
  refused(print(cox, hint = 1), "no argument `hint`")
  refused(print(cox, call = 1), "no argument `call`")
  refused(print(cox, `{x}` = 1), "no argument `{x}`")
})

test_that("tidy() and the like refuse what is here by another name, and let pass the rest", {
  for (fit in list(curve, incidence)) {
    for (generic in list(tidy, glance, predict, augment)) {
      refused(generic(fit, conf.level = 0.9), "the fit, which takes `conf_level` and `conf_type`")
      refused(generic(fit, conf.type = "log"), "no argument `conf.type`")
      refused(generic(fit, scale = 12), "`time_unit = \"months\"`")
    }
    refused(tidy(fit, conf.int = FALSE), "no argument `conf.int`")
    expect_identical(tidy(fit, conf.int = TRUE, effects = "fixed"), tidy(fit))
  }
  refused(tidy(cox, exponentate = TRUE), "Did you mean `exponentiate`?")
  refused(tidy(cox, conf.type = "log"), "no argument `conf.type`")
  refused(glance(cox, conf.level = 0.9), "those of `tidy()`")
  refused(confint(cox, conf.level = 0.9), "Here `conf.level` is `level`.")
  refused(predict(cox, conf.level = 0.9), "`se.fit = TRUE`")
  refused(tidy(logrank, conf.level = 0.9), "no argument `conf.level`")
  expect_identical(tidy(cox, effects = "fixed", parametric = TRUE), tidy(cox))
  expect_identical(glance(logrank, effects = "fixed"), glance(logrank))
})

test_that("a figure says how to draw what it does not", {
  refused(plot(curve, fun = "event"), "`fit_cuminc()`")
  refused(plot(curve, fun = "event"), "plot(as_survfit(fit), fun = \"event\")")
  refused(plot(curve, mark.time = FALSE), "Here `mark.time` is `censor_marks`.")
  refused(plot(curve, xlim = c(0, 5)), "added with `+`")
  refused(plot(curve, lty = 2), "added with `+`")
})

test_that("every name that is given for another is an argument of something exported", {
  namespace <- asNamespace("survlines")
  methods <- paste(
    getNamespaceInfo(namespace, "S3methods")[, 1L], getNamespaceInfo(namespace, "S3methods")[, 2L],
    sep = "."
  )
  functions <- c(getNamespaceExports("survlines"), intersect(methods, names(namespace)))
  known <- unlist(lapply(functions, function(name) names(formals(get(name, namespace)))))
  expect_identical(setdiff(unlist(names_elsewhere), known), character())
})
