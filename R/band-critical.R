# Critical values of simultaneous bands: the heights that a process stays below over a whole
# interval with a given probability. Computed, not looked up: probabilities are right to 1e-9.
#
# With u = n v / (1 + n v), v the variance of log S, the scaled error of a curve is a Brownian
# bridge B(u), 0 < u < 1. Hall and Wellner (1980) bound |B(u)|, Nair (1984) bounds
# |B(u)| / sqrt(u (1 - u)).

# The k with P(|B(u)| <= k for low <= u <= high) = level.
hall_wellner_critical <- function(low, high, level) {
  widest <- min(max(low, 0.5), high)
  pointwise <- stats::qnorm((1 + level) / 2) * sqrt(widest * (1 - widest))
  whole <- sqrt(-log((1 - level) / 2) / 2)
  if (whole <= pointwise || high - low < 1e-12) {
    return(pointwise)
  }
  missed <- function(k) bridge_stays(k, low, high) - level
  stats::uniroot(missed, c(pointwise, whole), tol = 1e-10, extendInt = "upX")$root
}

# P(|B(u)| <= k for low <= u <= high): the bridge at `low` is normal, and goes on to 0 at 1.
bridge_stays <- function(k, low, high) {
  spread <- sqrt(low * (1 - low))
  if (spread == 0) {
    return(stays_from(0, k, low, high))
  }
  end <- min(k / spread, 9)
  half <- stats::integrate(function(z) stats::dnorm(z) * stays_from(z * spread, k, low, high),
    0, end, rel.tol = 1e-10, subdivisions = 1000L
  )
  2 * half$value
}

# The same given B(low) = x, by reflection: a path killed at the lines -k and k is one that starts
# from the images 2mk + (-1)^m x, with the sign (-1)^m (Anderson 1960, theorem 4.3).
stays_from <- function(x, k, low, high) {
  left <- 1 - low
  error <- sqrt((high - low) * (1 - high) / left)
  furthest <- ceiling(sqrt(80 * left) / (2 * k)) + 1
  total <- 0
  for (m in -furthest:furthest) {
    image <- (-1)^m * x + 2 * m * k
    mean <- image * (1 - high) / left
    inside <- stats::pnorm((k - mean) / error) - stats::pnorm((-k - mean) / error)
    total <- total + (-1)^m * exp((x^2 - image^2) / (2 * left)) * inside
  }
  total
}

# The c with P(|B(u)| / sqrt(u (1 - u)) <= c for low <= u <= high) = level, where `time` is half the
# change of log(u / (1 - u)), which is that of log v: n plays no part.
equal_precision_critical <- function(time, level) {
  pointwise <- stats::qnorm((1 + level) / 2)
  if (time < 1e-12) {
    return(pointwise)
  }
  missed <- function(c) stationary_stays(c, time) - level
  stats::uniroot(missed, pointwise + c(0, 2), tol = 1e-10, extendInt = "upX")$root
}

# B(u) / sqrt(u (1 - u)) in this time is the stationary Ornstein-Uhlenbeck process (Doob 1942). The
# probability that it stays is smooth in the root of a time too short for the walls to know of each
# other, and is continued from there to shorter ones.
stationary_stays <- function(c, time) {
  shortest <- c^2 / 1000
  if (time >= shortest) {
    return(oscillator_stays(c, time))
  }
  nodes <- sqrt(shortest) * c(1, 1.5, 2, 2.5, 3, 3.5, 4)
  values <- vapply(nodes^2, oscillator_stays, 0, c = c)
  polynomial_through(c(0, nodes), c(2 * stats::pnorm(c) - 1, values), sqrt(time))
}

polynomial_through <- function(x, y, at) {
  weights <- vapply(seq_along(x), function(i) prod((at - x[-i]) / (x[i] - x[-i])), 0)
  sum(weights * y)
}

# Multiplied by the root of its stationary density, the generator of the process becomes that of a
# harmonic oscillator between walls at -c and c: -f'' + (x^2 / 4 - 1 / 2) f. The probability is
# <s, exp(-time H) s> with s the root of the normal density, in the basis of even cosines that are
# 0 at the walls.
oscillator_stays <- function(c, time, n = 64L) {
  k <- seq_len(n)
  difference <- outer(k, k, `-`)
  sum <- outer(k, k, `+`) - 1
  square <- 2 * c^2 / pi^2 * (-1)^difference * (1 / difference^2 - 1 / sum^2)
  diag(square) <- c^2 / 3 - 2 * c^2 / pi^2 / (2 * k - 1)^2
  wave <- (2 * k - 1) * pi / (2 * c)
  parts <- eigen(diag(wave^2) + square / 4 - diag(n) / 2, symmetric = TRUE)

  rule <- gauss_legendre(2L * n + 20L)
  x <- c * rule$node
  start <- sqrt(c) * drop(cos(outer(wave, x)) %*% (rule$weight * exp(-x^2 / 4))) / (2 * pi)^0.25
  sum(exp(-time * parts$values) * drop(start %*% parts$vectors)^2)
}

# Nodes and weights on [-1, 1], the roots of a Legendre polynomial by Newton's method.
gauss_legendre <- function(n) {
  x <- cos(pi * (seq_len(n) - 0.25) / (n + 0.5))
  for (step in 1:6) {
    last <- 1
    value <- x
    for (k in seq_len(n)[-1L]) {
      following <- ((2 * k - 1) * x * value - (k - 1) * last) / k
      last <- value
      value <- following
    }
    slope <- n * (x * value - last) / (x^2 - 1)
    x <- x - value / slope
  }
  list(node = x, weight = 2 / ((1 - x^2) * slope^2))
}
