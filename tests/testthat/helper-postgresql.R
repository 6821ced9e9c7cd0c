# A PostgreSQL server of its own, in a temporary folder, on a free port of this machine.
# Returns list(host, port, stop), or the reason why it cannot be had.
start_postgresql <- function() {
  programs <- postgresql_programs()
  if (is.null(programs)) {
    return("PostgreSQL is not installed (no initdb and pg_ctl found)")
  }
  # Beside R's own temporary folder, which no other user may enter.
  folder <- tempfile("postgresql", tmpdir = dirname(tempdir()))
  dir.create(folder)
  Sys.chmod(folder, "0777", use_umask = FALSE)
  data <- file.path(folder, "data")
  # The server refuses to run as root; the package of the distribution makes a user.
  as_user <- function(command) {
    if (Sys.info()[["effective_user"]] == "root") {
      command <- paste("su postgres -s /bin/sh -c", shQuote(command))
    }
    suppressWarnings(system(paste(command, "> /dev/null 2>&1"), intern = FALSE))
  }
  made <- as_user(paste(
    shQuote(programs[["initdb"]]), "-D", shQuote(data),
    "-U survlines --auth=trust -E UTF8 --no-locale"
  ))
  if (made != 0L) {
    unlink(folder, recursive = TRUE)
    return("PostgreSQL: initdb failed")
  }
  port <- sample(20000:60000, 1L)
  options <- sprintf("-p %d -k %s -c listen_addresses=127.0.0.1", port, folder)
  started <- as_user(paste(
    shQuote(programs[["pg_ctl"]]), "-D", shQuote(data), "-w -t 30 -o", shQuote(options),
    "-l", shQuote(file.path(folder, "log")), "start"
  ))
  stop_server <- function() {
    as_user(paste(
      shQuote(programs[["pg_ctl"]]), "-D", shQuote(data), "-m immediate -w stop"
    ))
    unlink(folder, recursive = TRUE)
  }
  if (started != 0L) {
    stop_server()
    return("PostgreSQL: the server did not start")
  }
  list(host = "127.0.0.1", port = port, stop = stop_server)
}

postgresql_programs <- function() {
  folders <- c(Sys.glob("/usr/lib/postgresql/*/bin"), dirname(Sys.which("pg_ctl")))
  for (folder in rev(folders[nzchar(folders)])) {
    programs <- file.path(folder, c("initdb", "pg_ctl"))
    if (all(file.exists(programs))) {
      return(c(initdb = programs[1L], pg_ctl = programs[2L]))
    }
  }
  NULL
}
