# Pointwise intervals of a probability on five scales, for every curve of the package.

interval_scales <- c("log-log", "log", "plain", "logit", "arcsine")

# list(low, high) for estimates between 0 and 1 with standard errors `sigma` of their logarithms.
# Estimates of 0 and 1 have no error on any scale but the plain one: their limits are themselves.
curve_limits <- function(estimate, sigma, conf_type, conf_level) {
  z <- stats::qnorm((1 + conf_level) / 2)
  limits <- interval_on_scale(estimate, z * sigma, conf_type)
  certain <- which(estimate == 0 | estimate == 1)
  limits$low[certain] <- limits$high[certain] <- estimate[certain]
  limits
}

# `spread` is the half width on the log scale; by the delta method the other scales follow.
interval_on_scale <- function(p, spread, conf_type) {
  switch(conf_type,
    plain = list(low = pmax(p - spread * p, 0), high = pmin(p + spread * p, 1)),
    log = list(low = p * exp(-spread), high = pmin(p * exp(spread), 1)),
    `log-log` = {
      log_p <- log(p)
      power <- spread / log_p
      list(low = exp(log_p * exp(-power)), high = exp(log_p * exp(power)))
    },
    logit = {
      half <- spread / (1 - p)
      logit <- stats::qlogis(p)
      list(low = stats::plogis(logit - half), high = stats::plogis(logit + half))
    },
    arcsine = {
      angle <- asin(sqrt(p))
      half <- spread / 2 * sqrt(p / (1 - p))
      list(low = sin(pmax(angle - half, 0))^2, high = sin(pmin(angle + half, pi / 2))^2)
    }
  )
}
