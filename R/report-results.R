# What a report says, computed before a word of it is written: tables, fits, figures, and what was
# left out. The R Markdown template only shows it.

#' The contents of a registry report
#'
#' Everything [render_report()] shows, as R objects: its R Markdown template calls this function
#' once and writes down what it finds. Use it to put parts of the report elsewhere, or to test
#' what a report would say.
#'
#' @param registry A registry, or the path of a folder that [read_registry()] can read without
#'   being told more.
#' @param rules Endpoints of the report: names among `"pfs"`, `"os"`, `"ttf"`, `"ttnt"`, `"dor"`
#'   and `"ttr"`, or a list of rules such as `list(endpoint_pfs(death = "any"), endpoint_os())`.
#' @param group Name of a column of [line_covariates()] whose values are compared, or `NULL`.
#' @param covariates Names of columns of [line_covariates()] for the Cox models, or `NULL`.
#' @param time_unit Unit of times in tables and figures: `"days"`, `"weeks"`, `"months"` or
#'   `"years"`. Fits stay in days.
#' @param days_per_month Length of a month in days.
#' @param conf_type Scale of the intervals of curves, see [fit_km()].
#' @param cutoff Day of the data lock (a `Date` or ISO text) or `NULL`. Lines that start later are
#'   left out, with patients who have no other; what else is dated later is not looked at.
#' @param language Language of the report: `"en"` or `"fr"`. What the package itself says of rows
#'   (problems, notes) stays English. A column is shown by its label (`attr(x, "label")`) or, when
#'   it has none and the package's dictionary or [line_covariates()] have it, by one in this
#'   language; so are values of the dictionary, such as `male`.
#' @param min_cell Counts from 1 to `min_cell` - 1 are hidden in tables; lines are not drawn one by
#'   one, nor hazard ratios, and curves have no numbers at risk (they still show their steps).
#'   `NULL` or 0 hides none.
#' @return A list of class `survlines_report`:
#'
#'   * `registry`: the registry as of the cut-off; `settings`: the arguments, and the labels of the
#'     columns asked for (`headings`; as a sentence names them: `mentions`);
#'   * `facts`: a tibble of `what` and `value`: how many patients, lines, deaths, and so on;
#'   * `left_out`: a tibble of what the cut-off and missing dates left out, with `rows` and `why`;
#'   * `problems`: a tibble of what [validate_registry()] finds, one row per rule;
#'   * `baseline`, `follow_up`, `response`, `safety`: tables; `timelines`: a list with the `figure`
#'     of [plot_swimmer()]; `stops`: a list of `fit`, `table` and `figure`; or a sentence of class
#'     `survlines_absent` that says why there is none;
#'   * `endpoints`: for each rule its `title`, `rule`, `data`, the table `ends`, and `overall` and
#'     `grouped` (each a `fit`, `table` and `figure`), `test` and `cox`, again with sentences where
#'     something cannot be computed;
#'   * `notes`: a tibble of all messages and warnings of the computation (`about`, `note`), each
#'     once.
#' @section Errors: `survlines_error_argument`, `survlines_error_covariate` and
#'   `survlines_error_language` for arguments; those of [read_registry()]. A section whose
#'   computation fails says so in its place and does not stop the others.
#' @seealso [render_report()]
#' @examplesIf requireNamespace("patchwork", quietly = TRUE)
#' results <- report_results(registry_example(), rules = "os")
#' results$facts
#' results$endpoints$os$overall$table
#' @export
report_results <- function(registry, rules = c("pfs", "os"), group = "drug", covariates = group,
                           time_unit = "months", days_per_month = default_month(),
                           conf_type = "log-log", cutoff = NULL, language = "en", min_cell = NULL) {
  check_given(registry)
  settings <- list(
    rules = report_rules(rules), group = as_names(group), covariates = as_names(covariates),
    time_unit = match_choice(time_unit, time_units), days_per_month = days_per_month,
    conf_type = match_choice(conf_type, interval_scales),
    cutoff = as_cutoff(if (!identical(cutoff, "")) cutoff), language = language,
    min_cell = as_min_cell(min_cell)
  )
  settings$unit <- unit_label(settings$time_unit, language)
  check_positive(days_per_month)
  old <- options(survlines.days_per_month = days_per_month)
  on.exit(options(old))
  notes <- note_book()
  study <- hear(notes, "registry", locked_registry(registry, settings$cutoff))
  known <- line_covariates(study$registry)
  asked <- unique(c(settings$group, settings$covariates))
  check_covariates(asked, known)
  settings <- c(settings, report_labels(asked, known, language))
  section <- function(about, code) or_sentence(hear(notes, about, code), settings)
  results <- list(
    registry = study$registry, settings = settings,
    facts = report_facts(study$registry, settings),
    methods = report_methods(settings), rules = report_rule_settings(settings),
    problems = report_problems(study$whole, settings),
    baseline = section("baseline", report_baseline(study$registry, settings)),
    follow_up = section("follow-up", report_follow_up(study$registry, settings)),
    endpoints = lapply(settings$rules, function(rule) {
      section(rule$name, report_endpoint(study$registry, rule, settings, section))
    }),
    stops = section("stop reasons", report_stops(study$registry, settings)),
    response = section("response", report_response(study$registry, settings)),
    safety = section("safety", report_safety(study$registry, settings)),
    timelines = section("timelines", report_timelines(study$registry, settings))
  )
  results$left_out <- report_left_out(study, results$endpoints, settings)
  results$notes <- report_notes(notes$read(), settings)
  structure(results, class = "survlines_report")
}

# ---- arguments ----------------------------------------------------------------------------------

# Names or rules, as a list of rules with the names of their endpoints.
report_rules <- function(rules, call = rlang::caller_env()) {
  known <- list(
    pfs = endpoint_pfs, os = endpoint_os, ttf = endpoint_ttf, ttnt = endpoint_ttnt,
    dor = endpoint_dor, ttr = endpoint_ttr
  )
  if (inherits(rules, "survlines_endpoint_rule")) rules <- list(rules)
  rules <- lapply(as.list(rules), function(rule) {
    if (rlang::is_string(rule) && rule %in% names(known)) known[[rule]]() else rule
  })
  fine <- vapply(rules, inherits, NA, "survlines_endpoint_rule")
  names <- vapply(rules[fine], `[[`, "", "name")
  if (!all(fine) || length(rules) == 0L || anyDuplicated(names)) {
    abort_survlines("argument", c(
      "{.arg rules} must be different rules, or names among {.val {names(known)}}.",
      i = "Give rules of one kind different names, as in {.code endpoint_pfs(name = \"pfs2\")}."
    ), call = call)
  }
  rlang::set_names(rules, names)
}

# Parameters of a document may be empty texts or lists.
as_names <- function(columns, call = rlang::caller_env(), name = rlang::caller_arg(columns)) {
  columns <- unlist(columns)
  if (is.null(columns)) {
    return(character())
  }
  columns <- check_text(columns, NULL, call, name)
  columns[nzchar(columns)]
}

# A document's parameter for none is 0.
as_min_cell <- function(min_cell) {
  none <- identical(min_cell, 0) || identical(min_cell, 0L)
  check_min_cell(if (!none) min_cell)
}

# ---- what is said on the way --------------------------------------------------------------------

# Collects what is said, about what; each note once.
note_book <- function() {
  notes <- data.frame(about = character(), note = character())
  list(
    write = function(about, condition) {
      text <- cli::ansi_strip(conditionMessage(condition))
      notes[nrow(notes) + 1L, ] <<- c(about, gsub("\\s*\n\\s*", " ", trimws(text)))
    },
    read = function() tibble::as_tibble(notes[!duplicated(notes), ])
  )
}

# Runs code; its messages and warnings go to the note book instead of the screen.
hear <- function(notes, about, code) {
  withCallingHandlers(
    code,
    message = function(condition) {
      notes$write(about, condition)
      rlang::cnd_muffle(condition)
    },
    warning = function(condition) {
      notes$write(about, condition)
      rlang::cnd_muffle(condition)
    }
  )
}

# What a report says where there is nothing to show.
absent <- function(sentence) structure(sentence, class = "survlines_absent")

is_absent <- function(part) inherits(part, "survlines_absent")

# What cannot be computed is said in its place.
or_sentence <- function(code, settings) {
  tryCatch(code, survlines_error = function(condition) {
    why <- gsub("\\s*\n\\s*", " ", cli::ansi_strip(conditionMessage(condition)))
    absent(label_text("report_not_computed", settings$language, why = why))
  })
}
