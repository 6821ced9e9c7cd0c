# Rows made by derive_endpoint() are known by their columns, so that they survive filters and
# joins. Rows of one patient are not independent.

endpoint_columns <- c("patient_id", "line_id", "event", "reason", "source")

is_endpoint_data <- function(data) {
  is.data.frame(data) && !anyNA(match(endpoint_columns, names(data)))
}

# Number of patients among the rows used (NULL: all), or NULL where data are not endpoint rows.
count_patients <- function(data, rows) {
  if (!is_endpoint_data(data)) {
    return(NULL)
  }
  patients <- data$patient_id
  length(unique(if (is.null(rows)) patients else patients[rows]))
}

# Until when the rows used were followed: list(last_day, cutoff), or NULL where data do not tell.
# Rows that end on the day of a data lock say so.
followed_until <- function(data, rows) {
  if (!is_endpoint_data(data) || !inherits(data$exit_date, "Date")) {
    return(NULL)
  }
  used <- if (is.null(rows)) seq_len(nrow(data)) else rows
  exit <- data$exit_date[used]
  locked <- exit[data$reason[used] %in% "cut-off"]
  latest <- function(days) if (any(!is.na(days))) max(days, na.rm = TRUE)
  list(last_day = latest(exit), cutoff = latest(locked))
}

inform_repeated_lines <- function(n_patients, n_rows) {
  if (is.null(n_patients) || n_patients == n_rows) {
    return(invisible())
  }
  inform_survlines("repeated_lines", c(
    "{n_rows} lines of {n_patients} patient{?s} are treated as independent rows.",
    i = "Standard errors and tests do not know that lines of one patient are alike."
  ))
}
