# What all figures share: palette, theme, axes, labels at the ends of curves. Figures are ggplot2
# objects: add to them with `+`.

# Okabe & Ito (2008), which people with the common kinds of colour blindness can tell apart; line
# types tell curves apart without any colour.
curve_colours <- c(
  "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442"
)
curve_line_types <- c("solid", "42", "12", "4212", "82", "421212", "22")

# Recycled over n curves: eight colours and seven line types run out at different times, so that
# 56 pairs differ.
curve_scale <- function(values, n) rep_len(values, n)

# Fills from dark to light, which stay apart in grey; none so dark that a black mark is lost on it.
fill_colours <- function(n) {
  shades <- grDevices::hcl.colors(101L, "viridis")
  shades[round(seq(31, 100, length.out = max(n, 2L)))][seq_len(n)]
}

figure_hint <- "Figures are ggplot2 objects: scales, labels and themes are added with {.code +}."

# The texts that figures take: text, an expression of plotmath, or none.
check_figure_texts <- function(..., call = rlang::caller_env()) {
  texts <- list(...)
  for (name in names(texts)) {
    text <- texts[[name]]
    is_text <- (is.character(text) || is.expression(text)) && length(text) == 1L
    if (!is.null(text) && !is_text && !is.call(text)) {
      abort_survlines("argument", "{.arg {name}} must be one piece of text.", call = call)
    }
  }
}

figure_theme <- function(base_size) {
  ggplot2::theme_minimal(base_size = base_size) +
    ggplot2::theme(
      panel.grid.minor = ggplot2::element_blank(),
      axis.line = ggplot2::element_line(colour = "grey40", linewidth = 0.3),
      plot.title.position = "plot", plot.margin = ggplot2::margin(5.5, 10, 5.5, 5.5),
      legend.position = "top", legend.justification = "left",
      legend.margin = ggplot2::margin(0, 0, 0, 0), legend.spacing.y = ggplot2::unit(1, "pt"),
      legend.key.height = ggplot2::unit(1.2 * base_size, "pt"),
      strip.text = ggplot2::element_text(hjust = 0)
    )
}

# Text inside a panel, as big as that of the axes: ggplot2 wants it in mm.
panel_text_size <- function(base_size) 0.8 * base_size / ggplot2::.pt

# About how wide a text of the size of the axes is, in points.
text_width <- function(text, base_size) 0.45 * base_size * max(nchar(text), 0L)

# Text for those who hear a figure; kept with every part of it, so that
# ggplot2::get_alt_text() finds it.
with_alt_text <- function(figure, alt) figure + ggplot2::labs(alt = alt)

unit_label <- function(unit, language) {
  names <- label_text(c("unit_days", "unit_weeks", "unit_months", "unit_years"), language)
  names[match(unit, time_units)]
}

time_axis_title <- function(fit, time_unit, language) {
  label_text("time_in", language, unit = unit_label(shown_unit(fit, time_unit), language))
}

check_base_size <- function(base_size, call = rlang::caller_env()) {
  check_positive(base_size, call, "base_size")
  if (base_size > 1000) {
    abort_survlines("argument", "{.arg base_size} must be points, such as 11.", call = call)
  }
}

# ---- axes ------------------------------------------------------------------------------------

# Breaks that months and years are counted in.
time_breaks <- function(last, unit) {
  steps <- switch(unit,
    months = c(1, 2, 3, 6, 12, 24, 36, 60, 120), years = c(0.5, 1, 2, 5, 10, 20),
    days = , weeks = NULL
  )
  fitting <- steps[last / steps <= 7]
  if (length(fitting) == 0L) {
    ticks <- pretty(c(0, last), 5L)
    return(ticks[ticks <= last])
  }
  seq(0, last, by = fitting[1L])
}

# The same axis for the curves and the table below them; labels lie beyond its limits.
time_scale <- function(breaks, last) {
  ggplot2::scale_x_continuous(
    breaks = breaks, limits = c(min(0, breaks), max(last, breaks)),
    expand = ggplot2::expansion(c(0.02, 0.05)), oob = function(x, ...) x
  )
}

# Where labels on the right of the last time begin.
label_place <- function(axis) axis$limits[2L] + 0.06 * diff(axis$limits)

probability_scale <- function(language) {
  percent <- seq(0, 100, 25)
  ggplot2::scale_y_continuous(
    limits = c(0, 1), breaks = percent / 100,
    labels = label_text(rep("per_cent_axis", length(percent)), language, n = percent),
    expand = ggplot2::expansion(c(0.01, 0.03))
  )
}

format_count <- function(n) trimws(format(round(n, 1L), big.mark = " ", drop0trailing = TRUE))

# ---- curves ----------------------------------------------------------------------------------

# The corners of step functions: level from `start`, where each column has the value `first`, to
# each time, then to the value there.
step_corners <- function(time, columns, first, start) {
  n <- length(time) + 1L
  later <- rep(seq_len(n)[-1L], each = 2L)
  level <- c(1L, later - rep(1:0, n - 1L))
  values <- lapply(columns, function(column) c(first, column)[level])
  data.frame(time = c(start, time)[c(1L, later)], values)
}

curve_scales <- function(n, title) {
  list(
    ggplot2::scale_colour_manual(values = curve_scale(curve_colours, n), name = title),
    ggplot2::scale_fill_manual(values = curve_scale(curve_colours, n), name = title),
    ggplot2::scale_linetype_manual(values = curve_scale(curve_line_types, n), name = title)
  )
}

curve_ribbon <- function() {
  ggplot2::geom_ribbon(
    ggplot2::aes(ymin = .data$low, ymax = .data$high, fill = .data$curve),
    colour = NA, alpha = 0.15, na.rm = TRUE, show.legend = FALSE
  )
}

no_legend <- function() ggplot2::guides(colour = "none", linetype = "none", fill = "none")

# As many names in a row as a figure has room for that is 28 times as wide as its text is high:
# 85 mm at 8 points. The title stands above them.
legend_guide <- function(names, base_size, key_width = 2.4) {
  entry <- (key_width + 1.9) * base_size + text_width(names, base_size)
  ggplot2::guide_legend(
    ncol = min(max(floor(28 * base_size / entry), 1), length(names)), byrow = TRUE,
    title.position = "top"
  )
}

curve_legend <- function(names, base_size) {
  guide <- legend_guide(names, base_size)
  list(
    ggplot2::theme(legend.key.width = ggplot2::unit(2.4 * base_size, "pt")),
    ggplot2::guides(colour = guide, linetype = guide, fill = guide)
  )
}

# Names in the margin on the right, one below another where curves end close together; a thin line
# leads from the end of each curve to its name. `ends` holds time, height, name and the colour of
# that line.
direct_labels <- function(ends, from, base_size, gap = 0.075) {
  ends$place <- spread_out(ends$height, gap)
  ends$from <- from
  list(
    ggplot2::geom_segment(
      ggplot2::aes(.data$time, .data$height, xend = .data$from, yend = .data$place),
      data = ends, inherit.aes = FALSE, colour = ends$colour, linewidth = 0.3
    ),
    ggplot2::geom_text(
      ggplot2::aes(.data$from, .data$place, label = .data$name),
      data = ends, inherit.aes = FALSE, hjust = 0, size = panel_text_size(base_size)
    ),
    ggplot2::coord_cartesian(clip = "off"),
    ggplot2::theme(plot.margin = ggplot2::margin(
      5.5, 5.5 + text_width(as.character(ends$name), base_size), 5.5, 5.5
    )),
    no_legend()
  )
}

# Places within [low, high], at least `gap` apart and in the same order, with the least sum of
# squared moves: an isotonic regression once the gaps are taken off.
spread_out <- function(height, gap, low = 0, high = 1) {
  order <- order(height)
  n <- length(height)
  gaps <- min(gap, (high - low) / max(n - 1L, 1L)) * (seq_len(n) - 1L)
  place <- stats::isoreg(height[order] - gaps)$yf + gaps
  place <- pmin(pmax(place, low + gaps), high - rev(gaps))
  place[order(order)]
}
