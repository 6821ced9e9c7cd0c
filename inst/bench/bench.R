# Whole calls of survlines beside those of survival, in one process.
#
#   Rscript bench.R [rows] [pairs] [file.csv]
#
# Each pair runs both programs on the same data, in alternating order, and checks that the answers
# agree before its times count. Prints medians and the median ratio of the pairs; writes every
# pair to the CSV when a file is named.

suppressMessages({
  library(survlines)
  library(survival)
})

random_registry <- function(n) {
  data.frame(
    time = round(stats::rexp(n, 1 / 1000), 2), days = ceiling(stats::rexp(n, 1 / 1000)),
    status = stats::rbinom(n, 1, 0.6),
    group = factor(sample(letters[1:4], n, replace = TRUE)),
    centre = sample(1:20, n, replace = TRUE),
    age = round(stats::rnorm(n, 60, 12)), sex = factor(sample(c("m", "f"), n, replace = TRUE)),
    marker = stats::rnorm(n), dose = stats::runif(n), stage = sample(0:3, n, replace = TRUE)
  )
}

cases <- list(
  "Kaplan-Meier, fine times" = list(
    ours = function(data) fit_km(Surv(time, status) ~ 1, data),
    theirs = function(data) survfit(Surv(time, status) ~ 1, data, conf.type = "log-log"),
    difference = function(ours, theirs) max(abs(tidy(ours)$estimate - theirs$surv))
  ),
  "Kaplan-Meier, 4 groups, fine times" = list(
    ours = function(data) fit_km(Surv(time, status) ~ group, data),
    theirs = function(data) survfit(Surv(time, status) ~ group, data, conf.type = "log-log"),
    difference = function(ours, theirs) max(abs(tidy(ours)$estimate - theirs$surv))
  ),
  "Kaplan-Meier, 4 groups, days" = list(
    ours = function(data) fit_km(Surv(days, status) ~ group, data),
    theirs = function(data) survfit(Surv(days, status) ~ group, data, conf.type = "log-log"),
    difference = function(ours, theirs) max(abs(tidy(ours)$estimate - theirs$surv))
  ),
  "log-rank, 4 groups, days" = list(
    ours = function(data) test_logrank(Surv(days, status) ~ group, data),
    theirs = function(data) survdiff(Surv(days, status) ~ group, data),
    difference = function(ours, theirs) abs(ours$statistic / theirs$chisq - 1)
  ),
  "Cox, 5 covariates, fine times" = list(
    ours = function(data) fit_cox(Surv(time, status) ~ age + sex + marker + dose + stage, data),
    theirs = function(data) coxph(Surv(time, status) ~ age + sex + marker + dose + stage, data),
    difference = function(ours, theirs) {
      max(abs(coef(ours) - coef(theirs)) / sqrt(diag(vcov(theirs))))
    }
  ),
  "Cox, 2 covariates, 20 strata, days" = list(
    ours = function(data) fit_cox(Surv(days, status) ~ age + sex + strata(centre), data),
    theirs = function(data) coxph(Surv(days, status) ~ age + sex + strata(centre), data),
    difference = function(ours, theirs) {
      max(abs(coef(ours) - coef(theirs)) / sqrt(diag(vcov(theirs))))
    }
  )
)

# Both programs stop a little before the maximum of a likelihood; coefficients are compared in
# standard errors.
agreement <- 1e-6

seconds <- function(expression) {
  gc(verbose = FALSE)
  unname(system.time(expression)["elapsed"])
}

run_pair <- function(case, data, ours_first) {
  if (ours_first) t_ours <- seconds(ours <- case$ours(data))
  t_theirs <- seconds(theirs <- case$theirs(data))
  if (!ours_first) t_ours <- seconds(ours <- case$ours(data))
  difference <- case$difference(ours, theirs)
  stopifnot(difference < agreement)
  data.frame(survlines = t_ours, survival = t_theirs, difference = difference)
}

run_case <- function(name, data, pairs) {
  case <- cases[[name]]
  runs <- do.call(rbind, lapply(seq_len(pairs), function(k) run_pair(case, data, k %% 2L == 1L)))
  cat(sprintf(
    "%-36s survlines %7.3f s   survival %7.3f s   ratio %6.1f   largest difference %.1e\n",
    name, stats::median(runs$survlines), stats::median(runs$survival),
    stats::median(runs$survival / runs$survlines), max(runs$difference)
  ))
  cbind(case = name, rows = nrow(data), pair = seq_len(pairs), runs)
}

processor <- function() {
  if (!file.exists("/proc/cpuinfo")) { # nolint: absolute_path_linter.
    return(Sys.info()[["machine"]])
  }
  lines <- readLines("/proc/cpuinfo") # nolint: absolute_path_linter.
  model <- grep("^model name", lines, value = TRUE)
  if (length(model) > 0L) sub(".*: *", "", model[1L]) else Sys.info()[["machine"]]
}

arguments <- commandArgs(trailingOnly = TRUE)
rows <- if (length(arguments) >= 1L) as.integer(arguments[1L]) else 1000000L
pairs <- if (length(arguments) >= 2L) as.integer(arguments[2L]) else 5L

cat(
  R.version.string, ", survlines ", format(utils::packageVersion("survlines")), ", survival ",
  format(utils::packageVersion("survival")), "\n", processor(), "\n", format(rows, big.mark = " "),
  " rows, ", pairs, " pairs\n\n",
  sep = ""
)
set.seed(1)
data <- random_registry(rows)
results <- do.call(rbind, lapply(names(cases), run_case, data, pairs))
if (length(arguments) >= 3L) {
  utils::write.csv(results, arguments[3L], row.names = FALSE)
}
