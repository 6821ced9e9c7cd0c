# A Cox model taken apart: each term alone, on the same rows, strata, offset, weights and clusters.

# A list of vectors along the coefficients: estimate, std_error, robust_error (where the fit has
# it) and kind, as the fit's. Interactions mean nothing alone; their kind is "none".
univariable_coefficients <- function(fit) {
  model <- cox_model(fit)
  request <- robust_request(
    model, fit$source$data, !is.null(fit$robust_variance), fit$n_patients
  )
  found <- list(
    estimate = rep(NA_real_, length(fit$coefficients)),
    std_error = rep(NA_real_, length(fit$coefficients)),
    robust_error = rep(NA_real_, length(fit$coefficients)),
    kind = rep("none", length(fit$coefficients))
  )
  for (term in unique(fit$assign)) {
    if (!is_interaction(fit$term_labels[term])) {
      found <- fit_term(found, fit, model, request, which(fit$assign == term))
    }
  }
  found
}

fit_term <- function(found, fit, model, request, columns) {
  alone <- core_cox(
    cox_columns(model), model$x[, columns, drop = FALSE], rep(0, length(columns)), request,
    c(cox_control(), list(ties = fit$ties))
  )
  infinite <- alone$kind == "infinite"
  usable <- alone$status == "converged" | infinite
  kind <- ifelse(usable, alone$kind, "aliased")
  finite <- kind == "finite"
  estimate <- ifelse(infinite, Inf * sign(alone$coefficient), alone$coefficient)
  found$kind[columns] <- kind
  found$estimate[columns] <- ifelse(kind == "aliased", NA, estimate)
  found$std_error[columns] <- ifelse(finite, standard_errors(alone$variance), NA)
  if (!is.null(request)) {
    found$robust_error[columns] <- ifelse(finite, standard_errors(alone$robust_variance), NA)
  }
  found
}
