# A file with these bytes.
file_of <- function(..., frame = parent.frame()) {
  file <- withr::local_tempfile(fileext = ".csv", .local_envir = frame)
  writeBin(c(...), file)
  file
}

bytes <- function(text, to = "UTF-8") {
  iconv(list(charToRaw(enc2utf8(text))), "UTF-8", to, toRaw = TRUE)[[1L]]
}

accented <- "name,drug\nJos\u00e9,\u0153\n"

test_that("encodings are recognised and give the same text", {
  plain <- read_csv_text(file_of(bytes(accented)))
  expect_identical(plain$name, "Jos\u00e9")
  expect_identical(
    read_csv_text(file_of(as.raw(c(0xef, 0xbb, 0xbf)), bytes(accented))), plain
  )
  expect_identical(
    read_csv_text(file_of(as.raw(c(0xff, 0xfe)), bytes(accented, "UTF-16LE"))), plain
  )
  expect_identical(
    read_csv_text(file_of(as.raw(c(0xfe, 0xff)), bytes(accented, "UTF-16BE"))), plain
  )
  latin <- read_csv_text(file_of(bytes("name\nJos\u00e9\n", "latin1")))
  expect_identical(latin$name, "Jos\u00e9")
  expect_identical(
    read_csv_text(file_of(bytes("name\nJos\u00e9\n", "latin1")), encoding = "latin1"), latin
  )
})

test_that("a byte order mark before a quoted header is no part of the name", {
  marked <- file_of(as.raw(c(0xef, 0xbb, 0xbf)), bytes("\"a,b\",c\n1,2\n"))
  expect_named(read_csv_text(marked), c("a,b", "c"))
})

test_that("a wrong or impossible encoding is refused with the line", {
  latin <- file_of(bytes("name\nAnna\nJos\u00e9\n", "latin1"))
  expect_error(
    read_csv_text(latin, encoding = "UTF-8"), "text line 3",
    class = "survlines_error_file"
  )
  binary <- file_of(as.raw(c(0x50, 0x4b, 0x00, 0x01)))
  expect_error(read_csv_text(binary), "not a text file", class = "survlines_error_file")
})

test_that("separators are recognised, a comma is a decimal point beside semicolons", {
  expect_identical(guess_separator(file_of(bytes("a;b,c;d\n"))), ";")
  expect_identical(guess_separator(file_of(bytes("a\tb\n"))), "\t")
  expect_identical(guess_separator(file_of(bytes("\"a;b;c\",d\n"))), ",")
  expect_identical(guess_separator(file_of(bytes("alone\n"))), ",")
  semicolons <- read_csv_text(file_of(bytes("a;b\n1,5;x\n")))
  expect_identical(attr(semicolons, "decimal"), ",")
  dictionary <- read_dictionary()
  typed <- type_table(semicolons, "patients", dictionary, "%Y-%m-%d", "error")
  expect_identical(typed$table$a, 1.5)
  expect_identical(type_number(c("1,5", "2.5", "1.000,5"), FALSE, ",")$value, c(1.5, 2.5, NA))
  expect_identical(type_number("1,5", FALSE, ".")$row, 1L)
})

test_that("quoted cells hold separators, quotes and line breaks", {
  text <- "a,b\n\"x, y\",\"one\ntwo\"\n\"say \"\"no\"\"\",2\n"
  read <- read_csv_text(file_of(bytes(text)))
  expect_identical(read$a, c("x, y", "say \"no\""))
  expect_identical(read$b, c("one\ntwo", "2"))
})

test_that("a row with another number of cells is refused with file and row", {
  uneven <- file_of(bytes("a,b\n1,2\n\"x\ny\",2\n1,2,3\n1\n"))
  problem <- tryCatch(read_csv_text(uneven), survlines_error_file = identity)
  expect_match(conditionMessage(problem), "rows 3, 4")
  expect_match(conditionMessage(problem), "row 3: 3 cells")
  expect_match(conditionMessage(problem), basename(uneven), fixed = TRUE)
})

test_that("an open quote, an empty file and nameless or doubled columns are refused", {
  refused <- function(text, what) {
    expect_error(read_csv_text(file_of(bytes(text))), what, class = "survlines_error_file")
  }
  refused("a,b\n1,\"2\n3,4\n", "never closed, in row 1 ")
  refused(paste0("a,b\n", strrep("1,2\n", 50L), "1,\"2\n3,4\n"), "in row 51 ")
  refused("", "empty")
  refused("a,,b\n1,2,3\n", "without a name: 2")
  refused("a,a\n1,2\n", "twice")
  expect_named(read_csv_text(file_of(bytes("a,b,\n1,2,\n"))), c("a", "b"))
})

test_that("carriage returns and blanks around cells are no part of them", {
  read <- read_csv_text(file_of(bytes("a,b\r\n 1 ,\" 2 \"\r\n")))
  expect_identical(read$a, "1")
  expect_identical(read$b, " 2 ")
})

test_that("a last line without its line break is read", {
  expect_identical(read_csv_text(file_of(bytes("a,b\n1,2")))$b, "2")
})

test_that("a header alone is a table without rows", {
  read <- read_csv_text(file_of(bytes("a,b\n")))
  expect_identical(dim(read), c(0L, 2L))
})
