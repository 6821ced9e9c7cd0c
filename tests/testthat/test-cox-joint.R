# fit_cox() against coxph() with all options at once: each set draws rows, their order, ties,
# covariates, strata, offset, late entry, weights or frequency, clusters and initial coefficients,
# and compares the fit, some residuals and predictions and, now and then, curves.
# With SURVLINES_FUZZ=1 there are more sets from a fresh start, which is printed and can be given
# again as SURVLINES_FUZZ_SEED.

pick <- function(values, prob = NULL) values[[sample.int(length(values), 1L, prob = prob)]]
chance <- function(probability) stats::runif(1L) < probability

# list(formula, data, ties, weights, frequency, cluster, init): what a set is about.
draw_model <- function() {
  data <- random_rows(sample(30:80, 1L))
  late <- chance(0.4)
  ties <- pick(c("efron", "breslow", "exact"), c(0.47, 0.47, 0.06))
  sums <- ties != "exact"
  # coxph() of survival 3.5-3 looks at every subset where rows enter late.
  late <- late && sums
  frequency <- chance(0.3)
  strata <- pick(c("", "strata(s)", "strata(s, h)"), c(0.5, 0.4, 0.1))
  data$h <- data$id %% 2L
  right <- c(
    draw_covariates(frequency, strata == "strata(s)"), strata, if (chance(0.25)) "offset(z / 10)"
  )
  left <- if (late) "Surv(entry, exit, status)" else "Surv(exit, status)"
  list(
    formula = stats::as.formula(paste(left, "~", paste(right[nzchar(right)], collapse = " + "))),
    data = data, ties = ties, late = late,
    weights = if (sums && chance(0.4)) pick(list(data$w, data$f)),
    frequency = if (frequency) sample(1:3, nrow(data), replace = TRUE),
    cluster = if (sums && chance(0.4)) data$id,
    robust = sums && chance(0.5), init = chance(0.2)
  )
}

# A basis that is made from the rows is another one once frequencies have become rows.
draw_covariates <- function(frequency, stratified) {
  simple <- c("x", "x + g", "x * g", "g + z", "x + I(z^2 / 1000)", "x:g", "log(z + 100) + x")
  bases <- c("splines::ns(z, 2) + g", "poly(z, 2) + x")
  pick(c(simple, if (!frequency) bases, if (stratified) "x * strata(s)"))
}

# list(ours, theirs), or why the set is left out. `theirs` is fitted to rows where the model has
# frequencies.
fit_both <- function(model, rows) {
  data <- model$data
  data$case_weights <- if (is.null(model$weights)) 1 else model$weights
  data$clusters <- if (is.null(model$cluster)) seq_len(nrow(data)) else model$cluster
  data$copies <- if (is.null(model$frequency)) 1L else model$frequency
  replicates <- transform(data[rows, ], clusters = if (is.null(model$cluster)) {
    seq_along(rows)
  } else {
    clusters
  })
  formula <- model$formula
  environment(formula) <- environment()
  init <- if (model$init) stats::rnorm(ncol(stats::model.matrix(quietly(
    fit_cox(formula, data)
  )))) / 10
  arguments <- list(formula, ties = model$ties)
  if (model$init) arguments$init <- init
  if (!is.null(model$weights)) arguments$weights <- quote(case_weights)
  robust <- model$robust || !is.null(model$cluster)
  clusters <- if (robust) list(cluster = quote(clusters))
  theirs <- tryCatch(
    do.call(survival::coxph, c(arguments, clusters, list(
      data = replicates, robust = robust, control = strict_coxph, x = TRUE, y = TRUE
    ))),
    warning = function(condition) "survival warns", error = function(condition) "survival stops"
  )
  if (is.character(theirs)) {
    return(theirs)
  }
  ours <- quietly(do.call(fit_cox, c(arguments, if (!is.null(model$cluster)) clusters, list(
    data = data, frequency = quote(copies), robust = robust
  ))))
  if (any(ours$kind == "infinite")) {
    return("monotone likelihood")
  }
  # Where rows enter late and the likelihood is all but flat, coxph() of survival 3.5-3 ends 1e-9
  # standard errors beside the maximum, at any tolerance (one set of 10,000: a Newton step from
  # there has that length, from ours 5e-15).
  if (model$late && any(diag(ours$variance) > 25, na.rm = TRUE)) {
    return("flat likelihood")
  }
  list(ours = ours, theirs = theirs, data = data)
}

compare_residuals <- function(both, model, rows) {
  types <- if (model$ties == "exact") c("martingale", "deviance") else cox_residual_types
  aliased <- anyNA(coef(both$theirs))
  # coxph() stops at the variances of columns that it set aside.
  if (aliased) types <- setdiff(types, c("dfbeta", "dfbetas", "scaledsch"))
  max(vapply(sample(types, 2L), function(type) {
    schoenfeld <- type %in% c("schoenfeld", "scaledsch")
    # coxph() weighs the martingale, but not the event, of a deviance residual, and leaves the
    # number of events out where it collapses several.
    weighted <- type != "deviance" && chance(0.5)
    collapse <- type != "deviance" && !schoenfeld && chance(0.3)
    groups <- both$data$id
    found <- residuals(both$ours, type,
      weighted = weighted, collapse = if (collapse) groups else FALSE
    )
    expected <- if (collapse) {
      residuals(both$theirs, type, weighted = weighted, collapse = groups[rows])
    } else {
      their_residuals(both$theirs, type, weighted)
    }
    if (length(expected) == 0L) {
      return(0)
    }
    found <- as.matrix(found)
    if (schoenfeld) {
      found <- found[rep(seq_len(nrow(found)), schoenfeld_copies(model)), , drop = FALSE]
    } else if (!collapse) {
      found <- found[rows, , drop = FALSE]
    }
    largest_difference(found, expected, max(abs(expected), 1e-3))
  }, 0))
}

# How often each event counts, in the order of Schoenfeld residuals.
schoenfeld_copies <- function(model) {
  data <- model$data
  stratum <- stratum_of(model)
  events <- which(data$status == 1L)
  events <- events[order(stratum[events], data$exit[events])]
  if (is.null(model$frequency)) rep(1L, length(events)) else model$frequency[events]
}

stratum_of <- function(model) {
  data <- model$data
  right <- deparse1(model$formula[[3L]])
  if (grepl("strata(s, h)", right, fixed = TRUE)) {
    as.integer(interaction(data$h, data$s))
  } else if (grepl("strata(s)", right, fixed = TRUE)) {
    as.integer(factor(data$s))
  } else {
    rep(1L, nrow(data))
  }
}

has_offset <- function(model) grepl("offset", deparse1(model$formula), fixed = TRUE)

# list(type, reference, new): what coxph() of survival 3.5-3 predicts as it says. With weights and
# late entry its means forget the weights; against zero its offsets are still against their mean;
# and for the events that new rows expect it adds offsets to the risk, not to its logarithm.
draw_prediction <- function(model) {
  type <- pick(c("lp", "risk", "expected", "terms", "survival"))
  events <- type %in% c("expected", "survival")
  unweighted <- model$late && !is.null(model$weights)
  if (unweighted && has_offset(model) && !events) type <- "terms"
  against_zero <- type == "terms" || !has_offset(model)
  list(
    type = type,
    reference = pick(c(if (!unweighted) c("strata", "sample"), if (against_zero || events) "zero")),
    new = if (chance(0.5) && !(events && has_offset(model))) {
      model$data[sample(nrow(model$data), 5L), ]
    }
  )
}

compare_predictions <- function(both, model, rows) {
  drawn <- draw_prediction(model)
  type <- drawn$type
  new <- drawn$new
  arguments <- c(
    list(type = type, se.fit = TRUE, reference = drawn$reference),
    if (!is.null(new)) list(newdata = new)
  )
  expected <- do.call(predict, c(list(both$theirs), arguments))
  found <- do.call(predict, c(list(both$ours), arguments))
  # coxph() multiplies by sqrt(risk) where the delta method has the risk itself.
  if (type == "risk") expected$se.fit <- expected$se.fit * sqrt(expected$fit)
  # Where rows enter late it takes the variance up to the entry from that up to the exit, as if the
  # two did not share coefficients; of new rows it looks up both at the entry.
  parts <- if (type %in% c("expected", "survival") && model$late) "fit" else c("fit", "se.fit")
  max(vapply(parts, function(part) {
    values <- as.matrix(found[[part]])
    if (is.null(new)) values <- values[rows, , drop = FALSE]
    largest_difference(values, expected[[part]], max(abs(expected[[part]]), 1e-3, na.rm = TRUE))
  }, 0))
}

compare_curves <- function(both, model) {
  # survfit() does not take an interaction without its main effects.
  if (grepl("x:g", deparse1(model$formula), fixed = TRUE)) {
    return(0)
  }
  new <- model$data[sample(nrow(model$data), 1L), ]
  type <- pick(c("log", "log-log", "plain"))
  expected <- summary(survival::survfit(both$theirs, new, conf.type = type))
  found <- survival_curves(both$ours, new, times = expected$time, conf_type = type)
  last <- which(expected$surv > 1e-12)
  max(
    largest_difference(found$estimate, expected$surv, 1),
    largest_difference(found$std.error.surv, expected$std.err, max(expected$std.err, 1e-3)),
    largest_difference(found$conf.low[last], expected$lower[last], 1),
    largest_difference(found$conf.high[last], expected$upper[last], 1)
  )
}

# The robust score statistic from the score residuals at the initial coefficients. (coxph() of
# survival 3.5-3 leaves the offset out of its own; without an offset that is the same.)
compare_robust_score <- function(both, model) {
  if (is.null(both$theirs$rscore) || has_offset(model)) {
    return(0)
  }
  largest_difference(both$ours$robust_score_test, both$theirs$rscore, max(both$theirs$rscore, 1))
}

compare_all <- function(model) {
  n <- nrow(model$data)
  rows <- if (is.null(model$frequency)) seq_len(n) else rep(seq_len(n), model$frequency)
  both <- fit_both(model, rows)
  if (is.character(both)) {
    return(both)
  }
  c(
    compare_cox_fits(both$ours, both$theirs),
    ratio = largest_difference(
      2 * diff(both$ours$loglik), 2 * diff(both$theirs$loglik), max(abs(both$theirs$loglik))
    ),
    robust_score = compare_robust_score(both, model),
    residuals = compare_residuals(both, model, rows),
    predictions = compare_predictions(both, model, rows),
    curves = if (chance(0.15)) compare_curves(both, model) else 0
  )
}

test_that("fits are those of coxph on random data, with all options at once", {
  compare <- function(seed) quietly(compare_all(draw_model()))
  result <- over_random_sets(n_random_sets(2000L), compare)
  expect_agreement(result)
})
