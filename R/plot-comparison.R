#' Figure of printed against recomputed numbers
#'
#' Each number of a comparison, and each bound printed with one, as a point: on the line where both
#' agree. Numbers of one kind share a panel. Numbers that do not match are named by their `id`, in
#' each panel those farthest from the line: eight, or as many as it has room for; verdicts differ in
#' colour and in shape. Axes go with the square root, so that small numbers are not crowded, unless
#' some are negative.
#'
#' @inheritParams plot_swimmer
#' @param x,object A comparison of [compare_reported()].
#' @param title,xlab,ylab Texts.
#' @param ... For `autoplot()`, arguments of `plot()`; other arguments are refused.
#' @return A ggplot. The caption counts what has no place in it: months of the calendar, and
#'   numbers that were not computed.
#' @section Errors: `survlines_error_no_data` when no number was computed; `survlines_error_package`
#'   where ggplot2 is not installed.
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' study <- read_registry(registry_example())
#' printed <- read_published(file.path(registry_example(), "published.csv"))
#' plot(compare_reported(printed[1:6, ], study))
#' @export
plot.survlines_comparison <- function(x, title = NULL, xlab = NULL, ylab = NULL, alt = NULL,
                                      language = "en", base_size = 11, ...) {
  check_nothing_else(...)
  check_installed("ggplot2", "The figure of a comparison")
  check_base_size(base_size)
  check_figure_texts(title = title, xlab = xlab, ylab = ylab, alt = alt)
  points <- comparison_points(x, language)
  if (nrow(points) == 0L) {
    abort_survlines("no_data", "No number of the comparison has been computed.")
  }
  if (is.null(xlab)) xlab <- label_text("printed", language)
  if (is.null(ylab)) ylab <- label_text("recomputed", language)
  if (is.null(alt)) alt <- comparison_alt_text(x, points, language)
  figure <- draw_comparison(points, base_size) +
    ggplot2::labs(
      x = xlab, y = ylab, colour = NULL, shape = NULL, title = title,
      caption = comparison_caption(x, points, language)
    )
  with_alt_text(figure, alt)
}

#' @rdname plot.survlines_comparison
#' @exportS3Method ggplot2::autoplot
autoplot.survlines_comparison <- function(object, ...) { # nolint: object_name_linter.
  plot(object, ...)
}

# ---- data ------------------------------------------------------------------------------------

# One row a number or bound: what was printed, what came back, and the verdict on its row.
comparison_points <- function(comparison, language) {
  printed <- printed_numbers(comparison$printed)
  verdicts <- label_text(
    c("match", "expected_mismatch", "mismatch", "not_computed"), language
  )
  kinds <- label_text(
    c("kind_counts", "kind_percentages", "kind_times", "kind_ratios", "kind_p", "kind_other"),
    language
  )
  names(kinds) <- number_kinds
  pieces <- lapply(c("value", "lower", "upper"), function(part) {
    data.frame(
      id = comparison$id, kind = factor(kinds[kind_of_unit(comparison$unit)], kinds),
      printed = printed[[part]], recomputed = comparison[[part]],
      part = rep(part, nrow(comparison)),
      verdict = factor(verdicts[as.integer(comparison$verdict)], verdicts)
    )
  })
  points <- do.call(rbind, pieces)
  points <- points[!is.na(points$printed) & !is.na(points$recomputed), ]
  points$agrees <- points$verdict == verdicts[1L]
  points
}

# The numbers in "45.5 (30.2 to 62)"; of "<10" the 10. Months of the calendar are no numbers.
printed_numbers <- function(text) {
  part <- function(pattern) {
    found <- regmatches(text, regexec(pattern, text))
    number <- vapply(found, function(groups) if (length(groups) > 1L) groups[2L] else "", "")
    suppressWarnings(as.numeric(gsub("^[<>]=? *", "", number)))
  }
  list(
    value = part("^([^ (]+|[<>]=? *[^ (]+)"), lower = part("\\((.*) to .*\\)$"),
    upper = part("\\(.* to (.*)\\)$")
  )
}

# How high a line of text is, as a share of a panel: the more rows of panels, the lower each is.
text_share <- function(points) {
  n_rows <- ceiling(length(unique(points$kind)) / 2)
  max(0.09, 0.075 * n_rows)
}

# The ids of rows that do not match, each at its point farthest from the line: those above it on the
# left, those below on the right, one under another; of a panel at most eight, and no more than
# stand below one another.
comparison_labels <- function(points, scale, back, most = 8L) {
  gap <- text_share(points)
  off <- points[!points$agrees, ]
  off <- off[order(-abs(scale(off$recomputed) - scale(off$printed))), ]
  off <- off[!duplicated(off$id), ]
  panels <- split(off, off$kind, drop = TRUE)
  placed <- lapply(panels, function(labels) {
    labels <- utils::head(labels, most)
    panel <- points[points$kind == labels$kind[1L], ]
    range <- range(scale(panel$printed), scale(panel$recomputed))
    above <- labels$recomputed > labels$printed
    labels <- rbind(
      place_labels(labels[above, ], scale, range, -1, gap),
      place_labels(labels[!above, ], scale, range, 1, gap)
    )
    labels$x <- back(labels$x)
    labels$y <- back(labels$y)
    labels
  })
  do.call(rbind, c(list(place_labels(off[0L, ], scale, c(0, 1), 1, gap)), placed))
}

# Beside their points, on the side away from the line: 1 is right of it and below.
place_labels <- function(labels, scale, range, side, gap) {
  width <- diff(range)
  labels$side <- rep(if (side > 0) 0 else 1, nrow(labels))
  x <- scale(labels$printed) + side * 0.06 * width
  labels$x <- pmin(pmax(x, range[1L] + 0.25 * width), range[2L] - 0.25 * width)
  # Names that do not stand over one another in their breadth need no room below.
  breadth <- (0.05 + 0.03 * max(nchar(labels$id), 0L)) * width
  order <- order(labels$x)
  column <- cumsum(c(0, diff(labels$x[order]))[seq_along(order)] > breadth)[order(order)]
  fits <- stats::ave(labels$x, column, FUN = seq_along) <= 1 + floor((1 - 0.6 * gap) / gap)
  labels <- labels[fits, ]
  # At least as far from the line as from the point, and a part of a text within the panel.
  gap <- gap * width
  y <- scale(labels$recomputed) - side * gap
  y <- side * pmin(side * y, side * (labels$x - side * gap))
  end <- if (side > 0) range[1L] + 0.3 * gap else range[2L] - 0.3 * gap
  away <- stats::ave(-side * y, column[fits], FUN = function(y) pushed_on(y, gap, -side * end))
  labels$y <- -side * away
  labels
}

# Places at least `gap` apart, in the same order and each no lower than it was, unless they had to
# end above `high`.
pushed_on <- function(height, gap, high) {
  order <- order(height)
  gaps <- gap * (seq_along(height) - 1L)
  place <- cummax(height[order] - gaps) + gaps
  pmin(place, high - rev(gaps))[order(order)]
}

comparison_caption <- function(comparison, points, language) {
  drawn <- comparison$id %in% points$id
  computed <- comparison$verdict != "not computed"
  months <- sum(!drawn & computed)
  left_out <- sum(!computed)
  caption <- c(
    if (months > 0L) label_text("not_drawn_months", language, n = months),
    if (left_out > 0L) label_text("not_drawn", language, n = left_out)
  )
  if (length(caption) > 0L) paste(caption, collapse = " ")
}

comparison_alt_text <- function(comparison, points, language) {
  off <- unique(points$id[!points$agrees])
  n <- function(verdict) sum(comparison$verdict == verdict)
  label_text(
    "alt_comparison", language,
    n = nrow(comparison), match = n("match"), expected = n("expected mismatch"),
    mismatch = n("mismatch"), skipped = n("not computed"),
    ids = if (length(off) > 0L) paste(off, collapse = ", ") else "0"
  )
}

# ---- layers ----------------------------------------------------------------------------------

comparison_shapes <- c(1, 17, 15, 4)
comparison_colours <- c("#0072B2", "#D55E00", "#000000", "#CC79A7")

draw_comparison <- function(points, base_size) {
  negative <- any(c(points$printed, points$recomputed) < 0)
  scale <- if (negative) identity else sqrt
  trans <- if (negative) "identity" else "sqrt"
  labels <- comparison_labels(points, scale, if (negative) identity else function(root) root^2)
  # Both axes of a panel span the numbers of both.
  corners <- data.frame(
    kind = points$kind, printed = points$recomputed, recomputed = points$printed
  )
  points <- points[order(!points$agrees), ]
  verdicts <- levels(points$verdict)
  seen <- levels(droplevels(points$verdict))
  guide <- legend_guide(seen, base_size, key_width = 1.2)
  ggplot2::ggplot(points, ggplot2::aes(.data$printed, .data$recomputed)) +
    ggplot2::geom_blank(data = corners) +
    ggplot2::geom_abline(colour = "grey60", linewidth = 0.3) +
    ggplot2::geom_segment(
      ggplot2::aes(xend = .data$x, yend = .data$y),
      data = labels, colour = "grey60", linewidth = 0.25
    ) +
    ggplot2::geom_point(
      ggplot2::aes(colour = .data$verdict, shape = .data$verdict),
      size = base_size * 0.16, stroke = 0.4
    ) +
    ggplot2::geom_text(
      ggplot2::aes(.data$x, .data$y, label = .data$id, hjust = .data$side),
      data = labels, size = panel_text_size(base_size)
    ) +
    ggplot2::facet_wrap(ggplot2::vars(.data$kind), scales = "free", ncol = 2L) +
    ggplot2::scale_x_continuous(trans = trans, breaks = rooted_breaks(trans, 0.12)) +
    ggplot2::scale_y_continuous(trans = trans, breaks = rooted_breaks(trans, text_share(points))) +
    ggplot2::scale_colour_manual(
      values = rlang::set_names(comparison_colours, verdicts), breaks = seen, guide = guide
    ) +
    ggplot2::scale_shape_manual(
      values = rlang::set_names(comparison_shapes, verdicts), breaks = seen, guide = guide
    ) +
    figure_theme(base_size) +
    ggplot2::theme(plot.caption = ggplot2::element_text(hjust = 0, size = ggplot2::rel(0.8)))
}

# Round numbers that lie about evenly on the axis, the least share of it apart.
rooted_breaks <- function(trans, least) {
  if (trans == "identity") {
    return(ggplot2::waiver())
  }
  function(limits) {
    top <- max(limits)
    unit <- 10^floor(log10(top))
    ticks <- c(0, signif(top * c(0.05, 0.25, 0.6), 1L), floor(top / unit) * unit)
    ticks <- sort(unique(ticks[ticks >= min(limits) & ticks <= top]), decreasing = TRUE)
    place <- sqrt(ticks) / diff(sqrt(range(pmax(limits, 0))))
    kept <- rep(TRUE, length(ticks))
    for (i in seq_along(ticks)[-1L]) {
      before <- max(which(kept[seq_len(i - 1L)]))
      kept[i] <- place[before] - place[i] >= least
    }
    rev(ticks[kept])
  }
}
