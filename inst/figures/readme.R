# Draws the figure of README.md from the registry that comes with the package. Run it in the
# project's folder, with survlines installed: Rscript inst/figures/readme.R

library(survlines)

study <- read_registry(registry_example("osteosarcoma"))
pfs <- derive_endpoint(study, endpoint_pfs(), covariates = "drug")
pfs$treatment <- factor(
  ifelse(pfs$drug == "sirolimus", "sirolimus", "kinase inhibitor"),
  levels = c("sirolimus", "kinase inhibitor")
)
curves <- suppressMessages(fit_km(pfs ~ treatment, pfs))

dir.create("man/figures", recursive = TRUE, showWarnings = FALSE)
grDevices::png("man/figures/README-pfs.png", width = 1400, height = 960, res = 200)
print(plot(curves, time_unit = "months", ylab = "Progression-free survival"))
invisible(grDevices::dev.off())
