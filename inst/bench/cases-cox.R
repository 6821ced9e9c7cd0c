# Cases of Cox models; what the fields of a case mean is said in cases.R.

cox_call <- function(data, columns) fit_cox(model_formula(columns), data)
coxph_call <- function(data, columns) coxph(model_formula(columns), data)

cox_case <- function(name, rows, columns, least, aim, ...) {
  new_case(
    name,
    rows = rows, columns = columns, least = least, aim = aim,
    floor = floor_cox, differ = differ_cox, ...
  )
}

# What is left of fit_cox() without its formula: times are ranked, rows sorted, the model fitted.
fit_alone <- function(data) {
  core <- asNamespace("survlines")
  ranks <- core$core_rank_times(data$time, NULL, FALSE, 1L)
  columns <- list(
    exit = ranks$exit, event = data$status, n_times = length(ranks$time), n_strata = 1L,
    n_groups = 1L
  )
  control <- c(survlines::cox_control(threads = 1), list(ties = "efron"))
  core$core_cox(columns, data$x, rep(0, ncol(data$x)), NULL, control)
}

# Without residuals, which fit_alone() does not compute either.
coxph_fit_alone <- function(data) {
  coxph.fit(
    data$x, data$surv, NULL, NULL, NULL, coxph.control(), NULL, "efron", NULL,
    resid = FALSE
  )
}

vectors_and_matrix <- function(data, case) {
  list(
    time = data$time, status = data$status, surv = Surv(data$time, data$status),
    x = as.matrix(data[covariates(case$columns)])
  )
}

alone_case <- function(rows, columns, least, aim) {
  new_case(
    sprintf("Cox, fitting alone, %d covariates", columns),
    rows = rows, columns = columns, least = least, aim = aim,
    peer = "coxph.fit()", prepare = vectors_and_matrix,
    ours = function(data, case) fit_alone(data),
    theirs = function(data, case) coxph_fit_alone(data),
    floor = floor_cox, differ = differ_fits
  )
}

# A case that starts from a fit of each program.
fitted_case <- function(name, least, aim, ...) {
  new_case(
    name,
    rows = 1e6, columns = 10L, least = least, aim = aim,
    prepare = function(data, case) {
      list(ours = cox_call(data, case$columns), theirs = coxph_call(data, case$columns))
    }, ...
  )
}

# glmnet goes down one coordinate after the other and stops earlier, as cph() of rms does; its ties
# are Breslow's, of which the data have next to none. Hence the tolerance of these two cases.
glmnet_call <- function(data, case) {
  x <- as.matrix(data[covariates(case$columns)])
  glmnet::glmnet(x, Surv(data$time, data$status), family = "cox", lambda = 0, thresh = 1e-14)
}

cases_cox <- function() {
  counting <- "Surv(entry, time, status)"
  list(
    cox_case(
      "Cox", 1e6, 10L, 20, 40,
      peer = "coxph()",
      ours = function(data, case) cox_call(data, case$columns),
      theirs = function(data, case) coxph_call(data, case$columns)
    ),
    alone_case(1e6, 10L, 5, 10),
    alone_case(1e6, 20L, 7, 15),
    alone_case(1e5, 100L, 15, 25),
    alone_case(2e4, 300L, 18, 30),
    cox_case(
      "Cox, (start, stop]", 1e6, 10L, 10, 30,
      peer = "coxph()", late = TRUE,
      ours = function(data, case) fit_cox(model_formula(case$columns, counting), data),
      theirs = function(data, case) coxph(model_formula(case$columns, counting), data)
    ),
    new_case(
      "Cox, clustered",
      rows = 1e6, columns = 10L, least = 10, aim = 20, peer = "coxph()",
      ours = function(data, case) {
        fit_cox(model_formula(case$columns), data, cluster = patient, robust = TRUE)
      },
      theirs = function(data, case) {
        coxph(model_formula(case$columns), data, cluster = patient, robust = TRUE)
      },
      floor = floor_clustered, differ = differ_cox
    ),
    fitted_case(
      "Test of proportional hazards", 5, 15,
      peer = "cox.zph()",
      ours = function(data, case) test_proportional(data$ours),
      theirs = function(data, case) cox.zph(data$theirs),
      floor = floor_proportional, differ = differ_proportional
    ),
    fitted_case(
      "Concordance", 5, 15,
      peer = "concordance()",
      ours = function(data, case) concordance_index(data$ours),
      theirs = function(data, case) concordance(data$theirs),
      floor = floor_scores, differ = differ_concordance
    ),
    fitted_case(
      "Baseline hazard", 20, 50,
      peer = "basehaz()",
      ours = function(data, case) baseline_hazard(data$ours),
      theirs = function(data, case) basehaz(data$theirs),
      floor = floor_scores, differ = differ_hazards
    ),
    cox_case(
      "Cox beside rms", 1e5, 10L, NA, NA,
      peer = "cph()", package = "rms", tolerance = 1e-3,
      ours = function(data, case) cox_call(data, case$columns),
      theirs = function(data, case) rms::cph(model_formula(case$columns), data)
    ),
    new_case(
      "Cox beside glmnet",
      rows = 1e5, columns = 10L, peer = "glmnet()", package = "glmnet",
      ours = function(data, case) cox_call(data, case$columns),
      theirs = glmnet_call, tolerance = 1e-3, floor = floor_cox,
      differ = function(ours, theirs) {
        furthest((coef(ours) - as.vector(theirs$beta)) / sqrt(diag(vcov(ours))))
      }
    )
  )
}
