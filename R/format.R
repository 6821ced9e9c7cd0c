# Pieces of printed fits.

deparse_call <- function(call) {
  paste(trimws(deparse(call, width.cutoff = 90L)), collapse = " ")
}

# Numbers of one column with one number of decimals; a time that was not reached is NR.
format_reached <- function(x, digits) {
  ifelse(is.na(x), "NR", trimws(format(x, digits = digits)))
}

format_interval <- function(low, high, digits) {
  limits <- matrix(format_reached(c(low, high), digits), ncol = 2L)
  paste0("[", limits[, 1L], ", ", limits[, 2L], "]")
}

format_p <- function(p) {
  ifelse(is.na(p), "NA", ifelse(p < 1e-4, "<0.0001", formatC(p, digits = 4L, format = "f")))
}

# What was left out and, for rows of a registry, how many patients they belong to.
cat_counts <- function(fit) {
  parts <- c(
    if (!is.null(fit$n_patients)) sprintf("%d lines of %d patients", fit$n_rows, fit$n_patients),
    if (fit$n_missing > 0L) {
      columns <- paste0(names(fit$missing), " ", fit$missing, collapse = ", ")
      sprintf("%d rows dropped for missing values (%s)", fit$n_missing, columns)
    },
    if (fit$n_zero_weight > 0L) sprintf("%d rows of weight 0 dropped", fit$n_zero_weight)
  )
  if (length(parts) > 0L) cli::cat_line(paste0(parts, collapse = "; "), ".")
}
