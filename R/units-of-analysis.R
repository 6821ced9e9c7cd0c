#' Lines or patients: the unit of analysis and the clock
#'
#' A registry of treatment lines has several rows per patient. What a row is, when its
#' clock starts and how rows of one patient are tied together are choices that change
#' the answer; this page shows each with the call that makes it.
#'
#' @section One row per line, gap time:
#' [endpoint_pfs()], [endpoint_ttf()], [endpoint_ttnt()] count from the start of each
#' line. Rows of a patient resemble one another: point estimates stand, but standard
#' errors need `cluster = patient_id`. Fits say how many patients the rows belong to.
#'
#' @section Gap time by line number (PWP):
#' Later lines come later in the disease. `strata(line_order)` compares first lines with
#' first lines and second with second (Prentice, Williams and Peterson's gap-time model);
#' a line enters its stratum only when it has begun, so nobody waits there immortal.
#'
#' @section Patient's time and calendar time:
#' [change_clock()] puts lines on the time since the patient's first line
#' (`(entry, exit]`, PWP's total time; with overlapping strata, Andersen and Gill's
#' counting process) or on the calendar, where the risk set is who was treated on that
#' day.
#'
#' @section One row per patient:
#' [endpoint_os()] has one row per patient, from the first line. Overall survival of
#' lines counts one death once per line, so it must be asked for by name
#' (`endpoint_os(unit = "line")`), and a message repeats how often deaths were counted.
#' Survival from diagnosis (`origin = "diagnosis"`) enters at the first line, since
#' nobody who died before it could be registered.
#'
#' @section Immortal time:
#' Grouping by what happened after the clock started (a later line, a response, the
#' duration of treatment, the reason of stopping) compares people by how long they
#' lived. [derive_endpoint()] warns (`survlines_warning_immortal_time`) when such a
#' covariate is asked for. Remedies: [split_at_line()] lets patients change groups on
#' the day they do; [landmark()] groups by what is known on a fixed day.
#'
#' @references
#' Prentice RL, Williams BJ, Peterson AV (1981). On the regression analysis of
#' multivariate failure time data. Biometrika 68, 373-379.
#'
#' Andersen PK, Gill RD (1982). Cox's regression model for counting processes: a large
#' sample study. Annals of Statistics 10, 1100-1120.
#'
#' Suissa S (2008). Immortal time bias in pharmacoepidemiology. American Journal of
#' Epidemiology 167, 492-499.
#' @name units-of-analysis
#' @examples
#' study <- read_registry(registry_example())
#' pfs <- derive_endpoint(study, endpoint_pfs(), covariates = c("previous_lines", "line_order"))
#'
#' # Lines, gap time, standard errors that know the patients.
#' fit_cox(pfs ~ previous_lines, pfs, cluster = patient_id)
#'
#' # Gap time within line numbers.
#' fit_cox(pfs ~ previous_lines + strata(line_order), pfs, cluster = patient_id)
#'
#' # Time since the patient's first line, as a counting process.
#' fit_cox(pfs ~ previous_lines, change_clock(pfs, "patient"), cluster = patient_id)
#'
#' # Patients: survival after a second line, without immortal time.
#' os <- derive_endpoint(study, endpoint_os())
#' second <- split_at_line(os, study, 2, column = "line_no", name = "second_line")
#' fit_cox(os ~ second_line, second, cluster = patient_id)
NULL
