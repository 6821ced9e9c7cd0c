# A data lock: what is dated later has not happened yet. Rows stay where they are
# (their numbers are the provenance of an endpoint); their dates become missing.
apply_cutoff <- function(registry, cutoff) {
  if (is.null(cutoff)) {
    return(registry)
  }
  beyond <- beyond_cutoff(registry, cutoff)
  if (nrow(beyond) == 0L) {
    return(registry)
  }
  inform_beyond(beyond, cutoff)
  later <- function(date) which(date > cutoff)
  registry$patients$death_date[later(registry$patients$death_date)] <- NA
  registry$patients$last_contact_date[later(registry$patients$last_contact_date)] <- cutoff
  open <- later(registry$lines$end_date)
  registry$lines$end_date[open] <- NA
  if ("stop_reason" %in% names(registry$lines)) {
    registry$lines$stop_reason[open] <- NA
  }
  registry$lines$start_date[later(registry$lines$start_date)] <- NA
  registry$assessments$assessment_date[later(registry$assessments$assessment_date)] <- NA
  if ("onset_date" %in% names(registry$adverse_events)) {
    onset <- registry$adverse_events$onset_date
    registry$adverse_events$onset_date[later(onset)] <- NA
  }
  registry
}

inform_beyond <- function(beyond, cutoff) {
  inform_survlines("cutoff", c(
    i = "Not looked at, as dated after {cutoff}: {describe_beyond(beyond)}.",
    i = "{.code beyond_cutoff()} lists them."
  ))
}

# For counts of what had been reported by then: lines that had started, and their
# events that had begun or have no date.
reported_by <- function(registry, cutoff) {
  if (is.null(cutoff)) {
    return(registry)
  }
  beyond <- beyond_cutoff(registry, cutoff)
  beyond <- beyond[beyond$field %in% c("start_date", "onset_date"), ]
  if (nrow(beyond) > 0L) {
    inform_beyond(beyond, cutoff)
  }
  registry$lines <- registry$lines[which(registry$lines$start_date <= cutoff), ]
  events <- registry$adverse_events
  onset <- column_or_missing(events, "onset_date", as.Date(NA))
  known <- events$line_id %in% registry$lines$line_id & (is.na(onset) | onset <= cutoff)
  registry$adverse_events <- events[known, ]
  registry
}

describe_beyond <- function(beyond) {
  counts <- table(factor(paste0(beyond$table, "$", beyond$field)))
  paste(names(counts), counts, collapse = ", ")
}

#' What a registry holds after a day
#'
#' @param registry A registry.
#' @param cutoff A day: a `Date` or ISO text.
#' @return A tibble of the dates after that day: `table`, `row`, `field`, `date`.
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = "P1", last_contact_date = "2012-09-01", death_date = "2012-09-01"
#'   ),
#'   lines = data.frame(
#'     line_id = "L1", patient_id = "P1", drug = "A",
#'     start_date = "2012-03-01", end_date = "2012-06-20"
#'   )
#' )
#' beyond_cutoff(study, "2012-07-01")
#' @export
beyond_cutoff <- function(registry, cutoff) {
  check_registry(registry)
  cutoff <- as_cutoff(cutoff)
  fields <- list(
    patients = c("last_contact_date", "death_date"), lines = c("start_date", "end_date"),
    assessments = "assessment_date", adverse_events = "onset_date"
  )
  found <- unlist(lapply(names(fields), function(name) {
    lapply(intersect(fields[[name]], names(registry[[name]])), function(field) {
      date <- registry[[name]][[field]]
      row <- which(date > cutoff)
      n <- length(row)
      list(table = rep(name, n), row = row, field = rep(field, n), date = date[row])
    })
  }), recursive = FALSE)
  # One tibble for all fields: making one takes longer than finding its rows.
  all_of <- function(column) do.call(c, lapply(found, `[[`, column))
  columns <- rlang::set_names(c("table", "row", "field", "date"))
  tibble::new_tibble(lapply(columns, all_of), nrow = length(all_of("row")))
}
