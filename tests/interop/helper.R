# marginaleffects 1.0.0 uses `%||%`, which is part of R since 4.4, but does not ask for that R.
if (getRversion() < "4.4.0") {
  attach(list(`%||%` = rlang::`%||%`), name = "what R 4.4 has")
}

patients <- transform(
  survival::lung,
  sex = factor(sex, 1:2, c("male", "female")), event = status == 2
)

# Lines of the package's registry: the endpoint is one column, and patients repeat.
registry_lines <- function() {
  study <- read_registry(registry_example("osteosarcoma"))
  rows <- derive_endpoint(study, endpoint_pfs(), covariates = c("drug", "previous_lines"))
  rows$treatment <- ifelse(rows$drug == "sirolimus", "sirolimus", "kinase inhibitor")
  rows
}
