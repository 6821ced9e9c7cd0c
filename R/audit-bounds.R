# Numbers outside of the bounds printed with them.

audit_bounds <- function(rows, conf_level) {
  ranges <- rows$ranges
  at <- which(is_number(ranges$printed) & (is_number(ranges$lower) | is_number(ranges$upper)))
  findings <- lapply(at, function(i) {
    at_row <- lapply(ranges, range_at, i)
    outside <- isTRUE(lies_below(at_row$printed, at_row$lower)) ||
      isTRUE(lies_below(at_row$upper, at_row$printed))
    if (isTRUE(lies_below(at_row$upper, at_row$lower))) {
      finding(i, sprintf("The lower bound %s is above %s.", rows$lower[[i]], rows$upper[[i]]))
    } else if (outside) {
      finding(i, sprintf(
        "%s lies outside of %s to %s.", rows$printed[[i]], rows$lower[[i]], rows$upper[[i]]
      ))
    }
  })
  audited(length(at), findings)
}
