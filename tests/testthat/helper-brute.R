# Slow versions of curves and tests, written from the definitions: a loop over times, and over rows
# within. Rows are data frames with entry, exit, w (weight); replicates are rows of their own.

# Times at which a row leaves, each with the rows at risk and those that leave.
exit_steps <- function(rows) {
  lapply(sort(unique(rows$exit)), function(t) {
    list(time = t, at_risk = rows$entry < t & rows$exit >= t, leaves = rows$exit == t)
  })
}

# Survival, hazard and incidence by cause (rows$cause, 0 is censored) of one curve, at each time,
# with their derivatives in the weight of each row times that weight: influences.
brute_curve <- function(rows, n_causes) {
  w <- rows$w
  survival <- 1
  d_survival <- d_hazard <- numeric(nrow(rows))
  hazard <- 0
  incidence <- numeric(n_causes)
  d_incidence <- matrix(0, nrow(rows), n_causes)
  points <- list()
  for (step in exit_steps(rows)) {
    at_risk <- step$at_risk
    n <- sum(w[at_risk])
    dies <- step$leaves & rows$cause > 0
    d <- sum(w[dies])
    for (k in seq_len(n_causes)) {
      d_k <- step$leaves & rows$cause == k
      share <- sum(w[d_k]) / n
      incidence[k] <- incidence[k] + survival * share
      d_incidence[, k] <- d_incidence[, k] + d_survival * share +
        survival * (d_k - share * at_risk) * w / n
    }
    hazard <- hazard + d / n
    d_hazard <- d_hazard + (dies - d / n * at_risk) * w / n
    d_survival <- d_survival * (1 - d / n) - survival * (dies - d / n * at_risk) * w / n
    # Where all at risk have an event survival is 0, whatever rounding says.
    left <- any(at_risk & !dies)
    survival <- if (left) survival * (1 - d / n) else 0
    points[[length(points) + 1L]] <- list(
      time = step$time, n = n, d = d, m = sum(dies), survival = survival, hazard = hazard,
      incidence = incidence,
      d_survival = d_survival, d_hazard = d_hazard, d_incidence = d_incidence
    )
  }
  points
}

squared_influence <- function(influence, cluster) sum(rowsum(influence, cluster)^2)

# Fleming-Harrington's steps of n at risk and d events in m rows, one row of mean weight after
# another, and what they add to Tsiatis's variance.
fleming_harrington_steps <- function(n, d, m) {
  share <- rep(d / m, m)
  left <- n - (seq_len(m) - 1) * share
  c(sum(share / left), sum(share / left^2))
}

# Limits on a scale g by the delta method, for a probability p with the standard error se.
brute_limits <- function(p, se, z, scale) {
  g <- switch(scale,
    plain = c(identity, identity, function(p) 1), log = c(log, exp, function(p) 1 / p),
    `log-log` = c(function(p) log(-log(p)), function(x) exp(-exp(x)), function(p) 1 / p / log(p)),
    logit = c(qlogis, plogis, function(p) 1 / p / (1 - p)),
    arcsine = c(
      function(p) asin(sqrt(p)), function(x) sin(pmin(pmax(x, 0), pi / 2))^2,
      function(p) 1 / (2 * sqrt(p * (1 - p)))
    )
  )
  half <- z * abs(g[[3L]](p)) * se
  ends <- cbind(g[[2L]](g[[1L]](p) - half), g[[2L]](g[[1L]](p) + half))
  list(
    low = pmin(pmax(pmin(ends[, 1L], ends[, 2L]), 0), 1),
    high = pmin(pmax(ends[, 1L], ends[, 2L], 0), 1)
  )
}

# The weight of an event time in a log-rank test; `before` and `after` are the pooled Kaplan-Meier
# estimate, `peto` that of 1 - d / (n + 1).
brute_time_weight <- function(weighting, rho, gamma, n, before, peto) {
  switch(weighting,
    logrank = 1, gehan = n, `tarone-ware` = sqrt(n), `peto-peto` = peto,
    `modified-peto-peto` = peto * n / (n + 1),
    `fleming-harrington` = before^rho * (1 - before)^gamma
  )
}

# Observed less expected, the hypergeometric covariance and the residual of each row (of weight 1)
# of a log-rank test; rows have entry, exit, status, w, a factor g, and s for the stratum.
brute_logrank <- function(rows, weighting, rho = 0, gamma = 0) {
  levels <- levels(rows$g)
  result <- list(
    difference = numeric(length(levels)), covariance = matrix(0, length(levels), length(levels)),
    residual = matrix(0, nrow(rows), length(levels))
  )
  in_group <- outer(as.character(rows$g), levels, `==`)
  for (s in unique(rows$s)) {
    survival <- peto <- 1
    of_stratum <- which(rows$s == s)
    for (step in exit_steps(rows[of_stratum, ])) {
      at_risk <- of_stratum[step$at_risk]
      dies <- of_stratum[step$leaves & rows$status[of_stratum] == 1]
      if (length(dies) == 0L) next
      n_g <- colSums(rows$w[at_risk] * in_group[at_risk, , drop = FALSE])
      n <- sum(n_g)
      d_g <- colSums(rows$w[dies] * in_group[dies, , drop = FALSE])
      d <- sum(d_g)
      before <- survival
      survival <- survival * (1 - d / n)
      peto <- peto * (1 - d / (n + 1))
      weight <- brute_time_weight(weighting, rho, gamma, n, before, peto)
      result$difference <- result$difference + weight * (d_g - d * n_g / n)
      if (n > 1) {
        spread <- diag(n_g / n, length(n_g)) - outer(n_g, n_g) / n^2
        result$covariance <- result$covariance + weight^2 * d * (n - d) / (n - 1) * spread
      }
      change <- weight * ((at_risk %in% dies) - d / n)
      from_share <- sweep(in_group[at_risk, , drop = FALSE], 2L, n_g / n)
      result$residual[at_risk, ] <- result$residual[at_risk, ] + change * from_share
    }
  }
  result
}
