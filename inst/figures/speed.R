# Draws the figure of speed in README.md from the committed results of `make bench`. Run it in the
# project's folder: Rscript inst/figures/speed.R [results.csv] [figure.png]

library(ggplot2)

count_of_rows <- function(rows) {
  ifelse(
    rows >= 1e6, paste(rows / 1e6, "million"),
    format(rows, big.mark = ",", scientific = FALSE, trim = TRUE)
  )
}

# "Cox, 10 covariates (1 million)"
case_label <- function(results) {
  named <- results$covariates == 0L | grepl("covariates", results$case, fixed = TRUE)
  size <- ifelse(named, "", paste0(", ", results$covariates, " covariates"))
  paste0(results$case, size, " (", count_of_rows(results$rows), ")")
}

panel_of <- function(results) {
  panel <- ifelse(startsWith(results$case, "Kaplan") | startsWith(results$case, "Log-rank"),
    "Curves and tests", "Cox models"
  )
  panel[results$rows < 1000] <- "A small registry"
  factor(panel, c("Cox models", "Curves and tests", "A small registry"))
}

read_results <- function(file) {
  results <- utils::read.csv(file)
  results <- results[results$kind %in% c("time", "memory", "added"), ]
  results$label <- factor(case_label(results), rev(unique(case_label(results))))
  results$panel <- panel_of(results)
  results$reached <- ifelse(is.na(results$least) | results$ratio >= results$least, "yes", "no")
  results
}

draw <- function(results) {
  ggplot(results, aes(.data$ratio, .data$label)) +
    geom_vline(xintercept = 1, colour = "grey50") +
    geom_segment(aes(x = 1, xend = .data$ratio, yend = .data$label), colour = "grey75") +
    geom_point(aes(x = .data$least), shape = "|", size = 3, na.rm = TRUE) +
    geom_point(aes(shape = .data$reached), size = 1.8, fill = "white", colour = "#0072B2") +
    geom_text(
      aes(label = paste0(" ", signif(.data$ratio, 2), " \u00d7 ", .data$peer)),
      x = Inf, hjust = 1, size = 2.4
    ) +
    scale_shape_manual(values = c(no = 21, yes = 19), guide = "none") +
    scale_x_log10(
      breaks = 10^(0:3), labels = c("1", "10", "100", "1000"),
      expand = expansion(mult = c(0.02, 0.42))
    ) +
    facet_grid(panel ~ ., scales = "free_y", space = "free_y", switch = "y") +
    labs(
      x = "Times as fast as the function named (memory: times as little); |: target", y = NULL
    ) +
    theme_minimal(base_size = 8) +
    theme(
      panel.grid.major.y = element_blank(), panel.grid.minor = element_blank(),
      strip.placement = "outside", strip.text.y.left = element_text(angle = 90, face = "bold"),
      axis.text.y = element_text(colour = "black"), axis.title.x = element_text(hjust = 1, size = 7)
    )
}

arguments <- commandArgs(trailingOnly = TRUE)
source_file <- if (length(arguments) >= 1L) arguments[1L] else "inst/bench/results.csv"
figure <- if (length(arguments) >= 2L) arguments[2L] else "man/figures/README-speed.png"
grDevices::png(figure, width = 1200, height = 1500, res = 220)
print(draw(read_results(source_file)))
invisible(grDevices::dev.off())
