# What each coefficient of a Cox model compares: "male vs female", "per 1".

# A list of columns: term, variable, level, reference, contrast. `level` and `reference` are
# missing where a coefficient is not a comparison of two levels.
describe_coefficients <- function(fit) {
  rows <- lapply(seq_along(fit$coefficients), function(j) describe_coefficient(fit, j))
  column <- function(name) vapply(rows, `[[`, "", name)
  list(
    term = names(fit$coefficients), variable = column("variable"), level = column("level"),
    reference = column("reference"), contrast = column("contrast")
  )
}

# The variable, by its name in the data, or the term that each coefficient belongs to.
coefficient_variables <- function(fit) {
  labels <- fit$term_labels
  is_name <- startsWith(labels, "`") & !vapply(labels, is_interaction, NA)
  labels[is_name] <- vapply(labels[is_name], function(label) all.vars(str2lang(label)), "")
  labels[fit$assign]
}

is_interaction <- function(label) rlang::is_call(str2lang(label), ":")

describe_coefficient <- function(fit, j) {
  variable <- coefficient_variables(fit)[j]
  levels <- fit$variable_levels[[variable]]
  position <- sum(fit$assign[seq_len(j)] == fit$assign[j])
  if (is.null(levels)) {
    simple <- sum(fit$assign == fit$assign[j]) == 1L &&
      !is_interaction(fit$term_labels[fit$assign[j]])
    return(list(
      variable = variable, level = NA_character_, reference = NA_character_,
      contrast = if (simple) "per 1" else NA_character_
    ))
  }
  if (!identical(fit$contrasts[[variable]], "contr.treatment")) {
    return(list(
      variable = variable, level = NA_character_, reference = NA_character_,
      contrast = NA_character_
    ))
  }
  level <- levels[position + 1L]
  list(
    variable = variable, level = level, reference = levels[1L],
    contrast = paste(level, "vs", levels[1L])
  )
}
