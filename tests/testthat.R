library(testthat)
library(survlines)

test_check("survlines")
