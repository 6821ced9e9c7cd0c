# Rows made by derive_endpoint() are known by their columns, so that they survive filters and
# joins. Rows of one patient are not independent.

endpoint_columns <- c("patient_id", "line_id", "event", "reason", "source")

is_endpoint_data <- function(data) {
  is.data.frame(data) && all(endpoint_columns %in% names(data))
}

# Number of patients among the rows used (NULL: all), or NULL where data are not endpoint rows.
count_patients <- function(data, rows) {
  if (!is_endpoint_data(data)) {
    return(NULL)
  }
  patients <- data$patient_id
  length(unique(if (is.null(rows)) patients else patients[rows]))
}

inform_repeated_lines <- function(n_patients, n_rows) {
  if (is.null(n_patients) || n_patients == n_rows) {
    return(invisible())
  }
  inform_survlines("repeated_lines", c(
    "{n_rows} lines of {n_patients} patients are treated as independent rows.",
    i = "Standard errors and tests do not know that lines of one patient are alike."
  ))
}
