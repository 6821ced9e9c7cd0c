#' What users of survival look for
#'
#' survlines uses [Surv()], `strata()` and `cluster()` of survival, and formulas mean what they mean
#' there. Functions and arguments that have another name here:
#'
#' | in survival | here |
#' | --- | --- |
#' | `survfit(Surv(time, status) ~ group)` | [fit_km()]; several causes: [fit_cuminc()] |
#' | `summary(fit, times = )` | the same, or [survival_at()] |
#' | `quantile(fit)`, `median(fit)` | the same, or [survival_quantile()] |
#' | `print(fit, rmean = )` | [survival_rmst()] |
#' | `fit[1]` | the same: [select-curves] |
#' | `plot(fit, fun = "event")` | `plot()` of [fit_cuminc()], with `factor(status)` as its cause |
#' | `survdiff()`, `rho = 1` | [test_logrank()], `weighting = "fleming-harrington", rho = 1` |
#' | `coxph()` | [fit_cox()] |
#' | `cox.zph(fit)` | [test_proportional()] |
#' | `basehaz(fit)` | [baseline_hazard()] |
#' | `survfit(fit, newdata)` | [survival_curves()]; `survfit()` takes our fits, too |
#' | `concordance(fit)` | the same, or [concordance_index()] |
#' | `conf.type`, `conf.int` or `conf.level` | `conf_type`, `conf_level` |
#' | `method` or `ties` of `coxph()` | `ties` |
#' | `id`, `robust` of `survfit()` | `cluster` |
#' | `stype`, `ctype`, `error` of `survfit()` | `estimate`, `std_error` |
#' | `weights` that count rows | `frequency` |
#' | `scale = 365.25` | `time_unit = "years"` |
#'
#' `predict()`, `residuals()`, `anova()`, `confint()`, `vcov()`, `AIC()`, `update()`, `step()` take
#' fits of [fit_cox()] as those of `coxph()`. What is called by a name that only survival has is
#' refused with its name here.
#'
#' `cox.zph()` and `basehaz()` are no generic functions, so that they refuse our fits with words of
#' their own. [as_coxph()] and [as_survfit()] make genuine fits of survival, for them and for all
#' that is not here, such as `tt()` or penalties.
#' @examples
#' fit <- fit_cox(Surv(time, status) ~ age + sex, lung)
#' test_proportional(fit)
#' survival::cox.zph(as_coxph(fit))
#' @name from-survival
NULL
