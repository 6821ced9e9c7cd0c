# What figures of fits share. Figures are ggplot2 objects: add to them with `+`.

# Okabe & Ito (2008), which people with the common kinds of colour blindness can tell apart; line
# types tell curves apart without any colour.
curve_colours <- c(
  "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442"
)
curve_line_types <- c("solid", "42", "12", "4212", "82", "421212", "22")

# Recycled over n curves: eight colours and seven line types run out at different times, so that
# 56 pairs differ.
curve_scale <- function(values, n) rep_len(values, n)

figure_theme <- function(base_size) {
  ggplot2::theme_minimal(base_size = base_size) +
    ggplot2::theme(
      panel.grid.minor = ggplot2::element_blank(),
      axis.line = ggplot2::element_line(colour = "grey40", linewidth = 0.3),
      plot.title.position = "plot", legend.position = "top", legend.justification = "left"
    )
}

# Text for those who hear a figure; kept with every part of it, so that
# ggplot2::get_alt_text() finds it.
with_alt_text <- function(figure, alt) figure + ggplot2::labs(alt = alt)
