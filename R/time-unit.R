# Fits keep times as they came and say what unit they are in; other units are asked for.

#' Units of time
#'
#' Fits keep times in the unit of the data and know its name (`time_unit`, days unless told).
#' `tidy()`, `plot()`, [survival_at()] and [survival_quantile()] convert when another unit is
#' asked for, so that nobody divides by 30.4375 by hand. A week has 7 days, a month
#' `options(survlines.days_per_month)` days (30.4375 = 365.25 / 12 when not set), a year 12 months.
#'
#' @name time-unit
#' @keywords internal
NULL

time_units <- c("days", "weeks", "months", "years")

# What times of a fit are divided by to be in `unit` (NULL: as they are).
time_divisor <- function(fit, unit, call = rlang::caller_env()) {
  if (is.null(unit)) {
    return(1)
  }
  asked <- match_choice(unit, time_units, "time_unit", call)
  if (asked == fit$time_unit) {
    return(1)
  }
  month <- default_month()
  own <- fit$days_per_unit
  if (is.null(own)) own <- days_in(fit$time_unit, month, call)
  days_in(asked, month, call) / own
}

# list(time_unit, days_per_unit) of the times a fit is made from. Rows of derive_endpoint() hold
# the same time in days, so that their unit need not be told; for other data it is days unless
# told.
read_time_unit <- function(time_unit, formula, data, call = rlang::caller_env()) {
  if (!is.null(time_unit)) {
    time_unit <- match_choice(time_unit, time_units, "time_unit", call)
    return(list(time_unit = time_unit, days_per_unit = NULL))
  }
  days <- if (is.symbol(formula[[2L]]) && is_endpoint_data(data)) {
    days_per_endpoint_unit(data[[as.character(formula[[2L]])]], data$days)
  }
  unit <- if (is.null(days)) "days" else name_unit(days)
  list(time_unit = if (is.na(unit)) "days" else unit, days_per_unit = if (!is.na(unit)) days)
}

# How many days one unit of a survival column is, or NULL where that is not one number.
days_per_endpoint_unit <- function(surv, days) {
  if (!inherits(surv, "Surv") || !is.numeric(days)) {
    return(NULL)
  }
  exit <- unclass(surv)[, ncol(surv) - 1L]
  ratio <- (days / exit)[which(exit > 0)]
  if (length(ratio) > 0L && all(abs(ratio / ratio[1L] - 1) < 1e-9)) ratio[1L]
}

# Months of any length that a month can have.
name_unit <- function(days) {
  ranges <- list(days = c(1, 1), weeks = c(7, 7), months = c(28, 31), years = c(336, 372))
  fitting <- vapply(ranges, function(range) {
    days >= range[1L] * (1 - 1e-9) && days <= range[2L] * (1 + 1e-9)
  }, NA)
  if (any(fitting)) names(ranges)[fitting] else NA_character_
}

shown_unit <- function(fit, unit) if (is.null(unit)) fit$time_unit else unit
