# Papers whose printed numbers are consistent, made at random, and the same with one number changed.

printed_row <- function(place, quantity, population, printed, unit, n = "", lower = "",
                        upper = "", claim = "") {
  c(
    place = place, quantity = quantity, population = population, printed = as.character(printed),
    lower = as.character(lower), upper = as.character(upper), unit = unit, n = as.character(n),
    claim = claim
  )
}

fixed <- function(x, digits) formatC(x, digits = digits, format = "f")

# Half up, as people round.
printed_percent <- function(x, n, digits) {
  fixed(floor(100 * x / n * 10^digits + 0.5 + 1e-9) / 10^digits, digits)
}

count_and_percent <- function(place, quantity, population, x, n, digits, show_n = n) {
  rbind(
    printed_row(place, quantity, population, x, "count", show_n),
    printed_row(place, quantity, population, printed_percent(x, n, digits), "%", show_n)
  )
}

random_parts <- function(n, k) as.vector(stats::rmultinom(1L, n, stats::runif(k, 0.3, 1)))

# A Cox coefficient with its standard error: hazard ratio, interval and p value as printed.
hazard_ratio_rows <- function(place, name, population, n, beta, error, claim = "") {
  bounds <- exp(beta + c(-1, 1) * stats::qnorm(0.975) * error)
  p <- 2 * stats::pnorm(-abs(beta / error))
  rbind(
    printed_row(
      place, paste("HR", name), population, fixed(exp(beta), 2L), "HR", n,
      fixed(bounds[[1L]], 2L), fixed(bounds[[2L]], 2L), claim
    ),
    printed_row(
      place, paste("p", name), population, if (p < 0.001) "<0.001" else fixed(p, 3L), "p"
    )
  )
}

consistent_paper <- function() {
  n <- sample(25:250, 1L)
  digits <- sample(0:1, 1L)
  all <- paste(n, "patients")
  arms <- setNames(as.vector(stats::rmultinom(1L, n - 20L, c(0.5, 0.5))) + 10L, c("A", "B"))
  women <- stats::rbinom(1L, n, 0.45)
  method <- sample(c("wald", "wilson", "clopper-pearson", "mid-p"), 1L)
  answered <- stats::rbinom(1L, n, stats::runif(1L, 0.15, 0.7))
  limits <- 100 * unlist(proportion_interval(answered, n, method)[c("conf.low", "conf.high")])
  response <- function(place, quantity) {
    printed_row(
      place, quantity, all, printed_percent(answered, n, 1L), "%", n,
      fixed(limits[[1L]], 1L), fixed(limits[[2L]], 1L)
    )
  }
  median <- stats::runif(1L, 4, 30)
  survival <- function(place, digits) {
    printed_row(
      place, "median OS", all, fixed(median, digits), "months", n,
      fixed(median * 0.7, digits), fixed(median * 1.6, digits)
    )
  }
  age <- sample(20:70, 1L)
  ages <- c(age - sample(5:15, 1L), age + sample(5:15, 1L))
  baseline <- function(place, quantity) {
    printed_row(place, quantity, all, age, "years", n, ages[[1L]], ages[[2L]])
  }
  error <- stats::runif(1L, 0.15, 0.4)
  effect <- -error * stats::runif(1L, 2, 4)
  stages <- paste("stage", c("I", "II", "III", "IV"))
  staged <- random_parts(n, 4L)
  reasons <- paste("stopped for", c("progression", "toxicity", "choice"))
  as_paper(rbind(
    printed_row("abstract", "patients", all, n, "count"),
    printed_row("abstract", "patients with A", all, arms[["A"]], "count"),
    printed_row("abstract", "patients with B", all, arms[["B"]], "count"),
    response("abstract", "response rate"),
    response("results", "objective response (CR or PR)"),
    survival("abstract", sample(0:1, 1L)), survival("results", 1L), survival("figure", 1L),
    printed_row("results", "1-year OS", all, fixed(stats::runif(1L, 20, 80), 1L), "%", n),
    printed_row("results", "log-rank p", all, fixed(stats::runif(1L), 3L), "p"),
    baseline("abstract", "median age at start of treatment"),
    baseline("table 1", "median age at baseline"),
    printed_row("table 1", "mean age at baseline", all, age + 1, "years", n),
    count_and_percent("table 1", "female", all, women, n, digits),
    count_and_percent("table 1", "male", all, n - women, n, digits),
    do.call(rbind, Map(function(name, x) {
      count_and_percent("table 1", name, all, x, n, digits)
    }, stages, staged)),
    do.call(rbind, Map(function(name, x) {
      printed_row("results", name, all, x, "count", n)
    }, reasons, random_parts(n, 3L))),
    toxicity_rows(arms, digits),
    hazard_ratio_rows("table 3", "A vs B", all, n, effect, error, "longer with A"),
    hazard_ratio_rows("table 3", "stage IV", all, n, stats::rnorm(1L, 0, 0.4), error),
    hazard_ratio_rows("table 3", "age per 10 years", all, n, stats::rnorm(1L, 0, 0.1), 0.08)
  ))
}

# Without n: the denominators are the sizes of the arms.
toxicity_rows <- function(arms, digits) {
  any <- vapply(arms, function(size) sample(3:size, 1L), 0L)
  of_arm <- lapply(names(arms), function(arm) {
    parts <- vapply(1:3, function(k) sample(0:any[[arm]], 1L), 0L)
    quantities <- paste(arm, c(">=1 toxicity", "skin", "blood", "other"))
    do.call(rbind, Map(function(quantity, x) {
      count_and_percent("table 2", quantity, "patients of the arm", x, arms[[arm]], digits, "")
    }, quantities, c(any[[arm]], parts)))
  })
  total <- printed_row("table 2", "total >=1 toxicity", "patients of the arm", sum(any), "count")
  rbind(do.call(rbind, of_arm), total)
}

# ---- one number changed -----------------------------------------------------------

pick <- function(at) at[[sample.int(length(at), 1L)]]

shifted <- function(text, by) {
  digits <- if (grepl(".", text, fixed = TRUE)) nchar(sub(".*\\.", "", text)) else 0L
  fixed(as.numeric(text) + by, digits)
}

either_way <- function(low, high) sample(c(-1, 1), 1L) * stats::runif(1L, low, high)

# For each check, a function that changes one number of a paper and says in which row.
corruptions <- list(
  percentage = function(paper) {
    i <- pick(which(paper$unit == "%" & paper$lower == "" & paper$quantity != "1-year OS"))
    paper$printed[[i]] <- shifted(paper$printed[[i]], sample(c(-1, 1), 1L) * sample(2:9, 1L))
    list(paper = paper, row = i)
  },
  proportion_interval = function(paper) {
    i <- pick(which(paper$unit == "%" & paper$lower != ""))
    bound <- sample(c("lower", "upper"), 1L)
    paper[[bound]][[i]] <- shifted(paper[[bound]][[i]], either_way(0.5, 4))
    list(paper = paper, row = i)
  },
  two_intervals = function(paper) {
    i <- pick(which(paper$unit == "%" & paper$lower != ""))
    paper$upper[[i]] <- shifted(paper$upper[[i]], either_way(0.5, 4))
    list(paper = paper, row = i)
  },
  hazard_ratio_p = function(paper) {
    i <- pick(which(startsWith(paper$quantity, "p ")))
    paper$printed[[i]] <- fixed(stats::runif(1L, 0.001, 1), 3L)
    list(paper = paper, row = i)
  },
  hazard_ratio_interval = function(paper) {
    i <- pick(which(paper$unit == "HR"))
    paper$printed[[i]] <- fixed(as.numeric(paper$printed[[i]]) * exp(either_way(0.1, 0.4)), 2L)
    list(paper = paper, row = i)
  },
  hazard_ratio_direction = function(paper) {
    i <- which(paper$claim != "")
    paper$printed[[i]] <- fixed(1 / as.numeric(paper$printed[[i]]), 2L)
    list(paper = paper, row = i)
  },
  within_bounds = function(paper) {
    i <- pick(which(startsWith(paper$quantity, "median") & paper$unit == "years"))
    paper$printed[[i]] <- shifted(paper$printed[[i]], either_way(6, 30))
    list(paper = paper, row = i)
  },
  total = function(paper) {
    i <- pick(which(paper$unit == "count" & grepl("^(stage|stopped|fe|ma|total)", paper$quantity)))
    paper$printed[[i]] <- shifted(paper$printed[[i]], sample(1:3, 1L))
    list(paper = paper, row = i)
  },
  any_part = function(paper) {
    i <- pick(which(paper$unit == "count" & grepl("^[AB] (skin|blood|other)$", paper$quantity)))
    any <- paste(substr(paper$quantity[[i]], 1L, 1L), ">=1 toxicity")
    largest <- paper$printed[paper$quantity == any & paper$unit == "count"]
    paper$printed[[i]] <- shifted(largest, sample(1:10, 1L))
    list(paper = paper, row = i)
  },
  repeated = function(paper) {
    i <- pick(which(grepl("^median", paper$quantity)))
    paper$printed[[i]] <- shifted(paper$printed[[i]], either_way(1, 6))
    list(paper = paper, row = i)
  }
)

as_paper <- function(rows) {
  rownames(rows) <- NULL
  data.frame(id = paste0("T", seq_len(nrow(rows))), rows)
}
