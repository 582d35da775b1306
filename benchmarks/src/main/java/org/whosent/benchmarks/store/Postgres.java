package org.whosent.benchmarks.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/**
 * PostgreSQL: a cluster of its own on loopback, both tables partitioned by day, filled by {@code
 * COPY}, indexes made afterwards, {@code fsync} on. Who asks by ID also says the millisecond that
 * the ID names, so that one partition is asked, as in our store. Its log of changes ({@code
 * pg_wal}) is not counted as size: that does not grow with the records.
 */
final class Postgres extends SqlPeer {
  private static final int BATCH = 20_000;

  private final Path directory;
  private final Instant firstDay;
  private final int days;
  private PostgresCluster cluster;

  Postgres(Path directory, Instant firstDay, int days) {
    this.directory = directory;
    this.firstDay = firstDay;
    this.days = days;
  }

  @Override
  public String missing() {
    return PostgresCluster.programs() == null
        ? "PostgreSQL's server is not there: install postgresql"
        : null;
  }

  @Override
  public void start() throws Exception {
    cluster = new PostgresCluster(directory);
    connection = DriverManager.getConnection(cluster.url());
  }

  @Override
  public String name() {
    return "PostgreSQL";
  }

  @Override
  String type(Field.Type type) {
    return switch (type) {
      case TEXT -> "text";
      case INT -> "integer";
      case LONG -> "bigint";
      case BYTES -> "bytea";
    };
  }

  @Override
  String join() {
    return "p.n = r.n and p.t = r.\"time\"";
  }

  @Override
  String recipients() {
    return "select string_agg(p.\"address\", ' ' order by p.i) from p where " + join();
  }

  @Override
  String idsPart() {
    return " and r.\"time\" >= ? and r.\"time\" < ?";
  }

  @Override
  void setIdsPart(PreparedStatement statement, SubmissionRecord asked) throws SQLException {
    long from = Field.micros(TransactionId.parse(asked.transactionId()).orElseThrow().time());
    statement.setLong(2, from);
    statement.setLong(3, from + 1000);
  }

  @Override
  public boolean ingest(Journals journals) throws Exception {
    connection.setAutoCommit(false);
    execute(
        "create table r (n integer, " + recordColumns() + ") partition by range (\"time\")",
        "create table p (n integer, i integer, t bigint, "
            + recipientColumns()
            + ") partition by range (t)");
    for (int day = 0; day < days; day++) {
      for (String table : List.of("r", "p")) {
        execute(
            "create table %s%d partition of %s for values from (%d) to (%d)"
                .formatted(table, day, table, start(day), start(day + 1)));
      }
    }
    Copying copying = new Copying(connection.unwrap(BaseConnection.class).getCopyAPI());
    journals.read(copying::add);
    copying.flush();
    execute(
        "create index on r (\"transactionId\")",
        "create index on r (\"messageId\")",
        "create index on r (\"bodyDigest\")",
        "create index on r (\"user\", \"time\")",
        "create index on r (n)",
        "create index on p (n)",
        "create index on p (\"address\", t)");
    connection.commit();
    connection.setAutoCommit(true);
    // To plan anew for all partitions would take longer than most answers.
    execute("vacuum analyze", "checkpoint", "set plan_cache_mode = force_generic_plan");
    // Rows of an export are fetched by a cursor, which needs a transaction.
    connection.setAutoCommit(false);
    return true;
  }

  private long start(int day) {
    return Field.micros(firstDay.plus(day, ChronoUnit.DAYS));
  }

  @Override
  public long serverCpu() throws IOException {
    return Usage.cpu(cluster.process());
  }

  @Override
  public Path files() {
    return directory;
  }

  @Override
  public long bytes() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet size =
            // An empty database has 7 MB of its own, which are not counted.
            statement.executeQuery(
                "select sum(pg_total_relation_size(oid)) from pg_class"
                    + " where relkind = 'r' and relname ~ '^[rp][0-9]+$'")) {
      size.next();
      return size.getLong(1);
    }
  }

  @Override
  public boolean drop(Instant before) throws SQLException {
    long day = ChronoUnit.DAYS.between(firstDay, before) - 1;
    execute("drop table r" + day, "drop table p" + day);
    connection.commit();
    return true;
  }

  @Override
  public void close() throws Exception {
    super.close();
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Rows of both tables wait as text, and are copied in turn. */
  private static final class Copying {
    private final CopyManager copy;
    private final StringBuilder records = new StringBuilder();
    private final StringBuilder recipients = new StringBuilder();
    private int count;

    Copying(CopyManager copy) {
      this.copy = copy;
    }

    void add(SubmissionRecord r) throws SQLException, IOException {
      int n = count++;
      records.append(n);
      append(records, Field.RECORD, r);
      int i = 0;
      long time = Field.micros(r.time());
      for (Recipient to : r.recipients()) {
        recipients.append(n).append('\t').append(i++).append('\t').append(time);
        append(recipients, Field.RECIPIENT, to);
      }
      if (count % BATCH == 0) {
        flush();
      }
    }

    void flush() throws SQLException, IOException {
      copy("r", records);
      copy("p", recipients);
    }

    private void copy(String table, StringBuilder rows) throws SQLException, IOException {
      byte[] bytes = rows.toString().getBytes(StandardCharsets.UTF_8);
      copy.copyIn("copy " + table + " from stdin", new java.io.ByteArrayInputStream(bytes));
      rows.setLength(0);
    }

    /** The text format of COPY: tabs, {@code \N} for null, backslash escapes. */
    private static <S> void append(StringBuilder to, List<Field<S>> fields, S of) {
      for (Field<S> field : fields) {
        to.append('\t');
        switch (field.value().apply(of)) {
          case null -> to.append("\\N");
          case byte[] bytes -> to.append("\\\\x").append(HexFormat.of().formatHex(bytes));
          case String text ->
              to.append(
                  text.replace("\\", "\\\\")
                      .replace("\t", "\\t")
                      .replace("\n", "\\n")
                      .replace("\r", "\\r"));
          case Object number -> to.append(number);
        }
      }
      to.append('\n');
    }
  }
}
