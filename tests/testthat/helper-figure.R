# What a figure draws, and how big its text is.

layer_of <- function(figure, geom) {
  ggplot2::layer_data(figure, which(geoms_of(figure) == geom)[1L])
}

geoms_of <- function(figure) {
  vapply(figure$layers, function(layer) class(layer$geom)[1L], "")
}

# The smallest text of a figure, in points.
smallest_text <- function(figure) {
  withr::local_pdf(NULL)
  drawn <- if (inherits(figure, "patchwork")) {
    patchwork::patchworkGrob(figure)
  } else {
    ggplot2::ggplotGrob(figure)
  }
  min(text_sizes(drawn))
}

text_sizes <- function(grob) {
  own <- if (inherits(grob, "text") && any(nzchar(as.character(grob$label)))) grob$gp$fontsize
  parts <- c(grob$grobs, unclass(grob$children))
  unlist(c(own, lapply(parts, text_sizes)))
}
