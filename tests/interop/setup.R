# What is drawn goes nowhere.
withr::local_pdf(NULL, .local_envir = teardown_env())
