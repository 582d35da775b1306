package org.whosent.benchmarks.store;

import java.nio.file.Path;
import java.time.temporal.ChronoUnit;

/** All of them, in the order in which they run. To add one: a {@link Peer} and a row here. */
enum Peers {
  /** First, so that what comes after finds the compiler's work done. */
  RECORDS("ours", (to, _, _) -> new Ours(Ours.Way.RECORDS, to.resolve("records"))),
  INDEX("ours", (to, _, _) -> new Ours(Ours.Way.INDEX, to.resolve("index"))),
  OPERATION(
      "ours",
      (to, samples, days) ->
          Ours.inOperation(
              to.resolve("operation"), to.resolve("index"), samples.dayAfter(days - 2))),
  SEAL("ours", (to, _, _) -> new Ours(Ours.Way.SEAL, to.resolve("index"))),
  SQLITE("sqlite", (to, _, _) -> new Sqlite(to.resolve("sqlite"))),
  POSTGRES(
      "postgres",
      (to, samples, days) ->
          new Postgres(
              to.resolve("postgres"), samples.first().time().truncatedTo(ChronoUnit.DAYS), days)),
  DUCKDB("duckdb", (to, _, _) -> new DuckDb(to.resolve("duckdb"))),
  OPENSEARCH(
      "opensearch",
      (to, _, _) -> new OpenSearch(to.resolve("opensearch"), System.getProperty("opensearch"))),
  ZGREP("logs", (to, _, _) -> new MailLogs("zgrep", true, to.resolve("logs-gz"))),
  RG_GZIP("logs", (to, _, _) -> new MailLogs("rg -z", true, to.resolve("logs-gz"))),
  RG("logs", (to, _, _) -> new MailLogs("rg", false, to.resolve("logs")));

  /** Makes a peer whose files lie below a directory. */
  interface Opening {
    Peer open(Path directory, Samples samples, int days) throws Exception;
  }

  final String argument;
  final Opening opening;

  Peers(String argument, Opening opening) {
    this.argument = argument;
    this.opening = opening;
  }
}
