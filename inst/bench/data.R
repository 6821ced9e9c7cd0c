# Random rows of a registry, the same for every program.

# Times are whole multiples of 1e-4 with a mean of about 1000: distinct for nearly all rows, and
# far enough apart that no program merges two of them. `distinct` asks for so many times instead,
# `late` for rows that are followed from some time on.
random_rows <- function(rows, columns = 0L, groups = 1L, distinct = NULL, late = FALSE) {
  x <- matrix(stats::rnorm(rows * columns), rows, dimnames = list(NULL, covariates(columns)))
  hazard <- exp(drop(x %*% effects(columns))) / 1500
  event <- stats::rexp(rows, hazard)
  censored <- stats::rexp(rows, 1 / 2500)
  steps <- if (is.null(distinct)) {
    pmax(1, round(pmin(event, censored) * 1e4))
  } else {
    1e4 * ceiling(distinct * stats::pexp(pmin(event, censored), 1 / 1000))
  }
  data <- data.frame(time = steps / 1e4, status = as.integer(event <= censored))
  if (late) data$entry <- floor(stats::runif(rows) * steps) / 1e4
  if (groups > 1L) data$group <- factor(sample(groups, rows, replace = TRUE), seq_len(groups))
  data$patient <- sample(max(1L, rows %/% 3L), rows, replace = TRUE)
  cbind(data, x)
}

covariates <- function(columns) if (columns > 0L) sprintf("x%d", seq_len(columns)) else character()

# Log hazard ratios of both signs; the linear predictor has a standard deviation of 0.5.
effects <- function(columns) rep_len(c(1, -1), columns) * 0.5 / sqrt(max(1L, columns))

# A registry of the size of one hospital's, with ties: days, two arms, two covariates.
small_registry <- function() {
  data <- random_rows(33L, columns = 2L, groups = 2L)
  data$time <- ceiling(data$time / 30)
  data
}

# cox.zph() and others look for the data where the formula was made: in the caller's frame.
model_formula <- function(columns, response = "Surv(time, status)", env = parent.frame()) {
  stats::as.formula(paste(response, "~", paste(covariates(columns), collapse = " + ")), env)
}
