# Pieces of printed fits.

# A call as text; data written into it by do.call() are cut short.
deparse_call <- function(call) {
  text <- paste(trimws(deparse(call, width.cutoff = 90L, nlines = 8L)), collapse = " ")
  if (nchar(text) > 500L) paste0(substr(text, 1L, 497L), "...") else text
}

# Numbers of one column with one number of decimals; where they are of so different size that all
# of them would be written as powers of ten, each by itself.
format_numbers <- function(x, digits) {
  text <- format(x, digits = digits, trim = TRUE)
  if (!any(grepl("e", text, fixed = TRUE))) {
    return(text)
  }
  vapply(x, format, "", digits = digits, USE.NAMES = FALSE)
}

# A time that was not reached is NR.
format_reached <- function(x, digits, missing = "NR") {
  ifelse(is.na(x), missing, format_numbers(x, digits))
}

# Ratios of the common size have one number of decimals; those beyond it, which say little more than
# that an interval is wide, are short.
format_ratios <- function(x, digits) {
  text <- vapply(x, format, "", digits = digits, USE.NAMES = FALSE)
  common <- is.finite(x) & x >= 0.1 & x < 100
  text[common] <- format(x[common], digits = digits, trim = TRUE)
  text[is.finite(x) & x > 1e5] <- ">1e5"
  text[is.finite(x) & x > 0 & x < 1e-5] <- "<1e-5"
  text
}

format_interval <- function(low, high) paste0("[", low, ", ", high, "]")

format_p_value <- function(p) {
  ifelse(is.na(p), "NA", ifelse(p < 1e-4, "<0.0001", formatC(p, digits = 4L, format = "f")))
}

# "p = 0.0123" or "p < 0.0001".
format_p <- function(p) {
  value <- format_p_value(p)
  ifelse(startsWith(value, "<"), sub("<", "p < ", value), paste("p =", value))
}

# "1 row", "2 rows", "12,345 rows".
count_of <- function(n, noun) {
  paste0(format(n, big.mark = ",", scientific = FALSE), " ", noun, if (n != 1L) "s")
}

# What was left out and, for rows of a registry, how many patients they belong to.
cat_counts <- function(fit) {
  parts <- c(
    if (!is.null(fit$n_patients)) {
      describe_units(fit$n_rows, fit$n_patients)
    },
    if (fit$n_missing > 0L) {
      columns <- paste0(names(fit$missing), " ", fit$missing, collapse = ", ")
      paste0(count_of(fit$n_missing, "row"), " dropped for missing values (", columns, ")")
    },
    if (fit$n_zero_weight > 0L) paste(count_of(fit$n_zero_weight, "row"), "of weight 0 dropped")
  )
  if (length(parts) > 0L) cli::cat_line(paste0(parts, collapse = "; "), ".")
}

# Where no patient has a second row, the rows may be lines or patients: patients is true of both.
describe_units <- function(n_rows, n_patients) {
  patients <- count_of(n_patients, "patient")
  if (n_rows == n_patients) patients else paste(count_of(n_rows, "line"), "of", patients)
}
