# Long work that a user interrupts stops within half a second, and the session works on. The work
# is done by a child process, to which the signal is sent; seconds are those that it works, which
# other programs do not lengthen.

# What the child does: each job is announced by a file, and what became of it is written to another:
# the seconds the process had worked when the job stopped.
interrupted_jobs <- quote({
  library(survlines)
  set.seed(1)
  n <- 400000L
  rows <- data.frame(time = stats::rexp(n), status = 1, x = stats::rnorm(n), z = stats::rnorm(n))
  fit <- fit_cox(Surv(time, status) ~ x + z, rows)
  tied <- data.frame(time = rep(1:4, each = 4000L), status = c(1, 0), x = stats::rnorm(16000L))
  m <- 20000L
  tables <- list(
    patients = data.frame(
      patient_id = sprintf("P%d", 1:m), last_contact_date = "2012-09-01", death_date = NA
    ),
    lines = data.frame(
      line_id = sprintf("L%d", 1:m), patient_id = sprintf("P%d", 1:m), line_no = 1L, drug = "A",
      start_date = "2012-03-01", end_date = as.character(as.Date("2012-04-01") + 1:m %% 99L)
    )
  )
  study <- do.call(registry, tables)
  jobs <- list(
    exact = function() fit_cox(Surv(time, status) ~ x, tied, ties = "exact"),
    concordance = function() for (again in 1:50) concordance_index(fit),
    profile = function() for (again in 1:50) confint(fit, method = "profile"),
    curves = function() for (again in 1:1000) fit_km(Surv(time, status) ~ 1, rows),
    validation = function() for (again in 1:500) validate_registry(tables),
    endpoints = function() for (again in 1:500) derive_endpoint(study, endpoint_os())
  )
  for (name in names(jobs)) {
    file.create(paste0(name, ".begun"))
    outcome <- tryCatch(
      {
        jobs[[name]]()
        "finished"
      },
      interrupt = function(condition) format(sum(proc.time()[1:2]), digits = 15L)
    )
    writeLines(outcome, "outcome")
    file.rename("outcome", paste0(name, ".over"))
  }
  saveRDS(tidy(fit_km(Surv(time, status) ~ 1, rows[1:100, ])), "after.rds")
  file.create("all.over")
})

wait_for <- function(file, seconds = 60) {
  end <- Sys.time() + seconds
  while (!file.exists(file)) {
    if (Sys.time() > end) stop("Waited in vain for ", file)
    Sys.sleep(0.02)
  }
}

# User and system time of a process, fields 14 and 15 of what Linux tells, in hundredths.
seconds_worked <- function(pid) {
  stat <- readLines(file.path("/proc", pid, "stat"))
  fields <- strsplit(sub("^.*[)] ", "", stat), " ")[[1L]]
  sum(as.numeric(fields[12:13])) / 100
}

test_that("an interrupted job stops within half a second and the session works on", {
  times <- file.path("/proc", "self", "stat")
  skip_if_not(file.exists(times), "times of other processes are read from /proc")
  skip_quick()
  folder <- withr::local_tempdir()
  withr::local_dir(folder)
  library_of_ours <- dirname(getNamespaceInfo("survlines", "path"))
  skip_if_not(file.exists(file.path(library_of_ours, "survlines", "Meta")), "not installed")
  writeLines(c(
    "writeLines(as.character(Sys.getpid()), 'pid')",
    sprintf(".libPaths(c(%s, .libPaths()))", deparse(library_of_ours)), deparse(interrupted_jobs)
  ), "child.R")
  system2(
    file.path(R.home("bin"), "Rscript"), "child.R",
    wait = FALSE, stdout = FALSE, stderr = "errors"
  )
  wait_for("pid")
  pid <- as.integer(readLines("pid"))
  withr::defer(tools::pskill(pid, tools::SIGKILL))
  for (name in c("exact", "concordance", "profile", "curves", "validation", "endpoints")) {
    wait_for(paste0(name, ".begun"))
    Sys.sleep(0.3)
    sent <- seconds_worked(pid)
    tools::pskill(pid, tools::SIGINT)
    wait_for(paste0(name, ".over"))
    outcome <- readLines(paste0(name, ".over"))
    expect_false(outcome == "finished", label = paste(name, "ran to its end"))
    expect_lt(as.numeric(outcome) - sent, 0.5, label = paste("seconds until", name, "stopped"))
  }
  wait_for("all.over")
  expect_identical(nrow(readRDS("after.rds")), 100L)
})
