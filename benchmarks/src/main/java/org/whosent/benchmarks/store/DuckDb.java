package org.whosent.benchmarks.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** DuckDB: filled by its appender, indexes made afterwards, which is its quickest way. */
final class DuckDb extends SqlPeer {
  private final Path file;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  DuckDb(Path file) {
    this.file = file;
  }

  @Override
  public void start() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:" + file, properties());
    execute(
        "set memory_limit = '" + System.getenv().getOrDefault("DUCKDB_MEMORY", "4GB") + "'",
        "set preserve_insertion_order = false");
  }

  private static Properties properties() {
    Properties properties = new Properties();
    // Else all keys of an index are put into the form of older versions, by one thread.
    properties.setProperty("storage_compatibility_version", "latest");
    properties.setProperty("jdbc_stream_results", "true");
    return properties;
  }

  @Override
  public String name() {
    return "DuckDB";
  }

  @Override
  String type(Field.Type type) {
    return switch (type) {
      case TEXT -> "varchar";
      case INT -> "integer";
      case LONG -> "bigint";
      case BYTES -> "blob";
    };
  }

  @Override
  String recipients() {
    return "select string_agg(p.\"address\", ' ' order by p.i) from p where p.n = r.n";
  }

  @Override
  public boolean ingest(Journals journals) throws Exception {
    execute(
        "create table r (n integer, " + recordColumns() + ")",
        "create table p (n integer, i integer, t bigint, " + recipientColumns() + ")");
    DuckDBConnection duck = connection.unwrap(DuckDBConnection.class);
    try (DuckDBAppender record = duck.createAppender("main", "r");
        DuckDBAppender recipient = duck.createAppender("main", "p")) {
      int[] count = {0};
      journals.read(r -> add(r, count[0]++, record, recipient));
    }
    for (String index :
        List.of(
            "r_n on r (n)",
            "r_id on r (\"transactionId\")",
            "r_mid on r (\"messageId\")",
            "r_body on r (\"bodyDigest\")",
            "r_user on r (\"user\")",
            "p_n on p (n)",
            "p_address on p (\"address\")")) {
      long start = System.nanoTime();
      execute("create index " + index, "checkpoint");
      System.err.printf("index %s: %.1f s%n", index, (System.nanoTime() - start) / 1e9);
    }
    return true;
  }

  private static void add(
      SubmissionRecord r, int n, DuckDBAppender record, DuckDBAppender recipient)
      throws SQLException {
    record.beginRow().append(n);
    append(record, Field.RECORD, r);
    record.endRow();
    int i = 0;
    for (Recipient to : r.recipients()) {
      recipient.beginRow().append(n).append(i++).append(Field.micros(r.time()));
      append(recipient, Field.RECIPIENT, to);
      recipient.endRow();
    }
  }

  private static <S> void append(DuckDBAppender to, List<Field<S>> fields, S of)
      throws SQLException {
    for (Field<S> field : fields) {
      switch (field.value().apply(of)) {
        case null -> to.appendNull();
        case String text -> to.append(text);
        case Integer number -> to.append(number.intValue());
        case Long number -> to.append(number.longValue());
        case byte[] bytes -> to.append(bytes);
        case Object other -> throw new IllegalStateException(other.getClass().toString());
      }
    }
  }

  /**
   * One table after the other: its indexes serve a condition on one table only, and for a join it
   * would read all recipients (40 to 70 ms a question at 100,000 records).
   */
  @Override
  public List<String> find(Question question, SubmissionRecord asked) throws SQLException {
    return switch (question) {
      case ID -> whole("where \"transactionId\" = ?", asked.transactionId());
      case MESSAGE_ID -> whole("where \"messageId\" = ?", asked.messageId());
      case BODY -> whole("where \"bodyDigest\" = ?", Field.hex(asked.bodyDigest()));
      case USER -> whole("where \"user\" = ? order by \"time\" desc limit 20", asked.user());
      case RECIPIENT -> {
        List<String> ids = new ArrayList<>();
        String address = question.value(asked);
        for (int n :
            numbers("select n from p where \"address\" = ? order by t desc limit 20", address)) {
          ids.addAll(whole("where n = ?", n));
        }
        yield ids;
      }
    };
  }

  private List<Integer> numbers(String sql, Object value) throws SQLException {
    List<Integer> numbers = new ArrayList<>();
    rows(sql, value, row -> numbers.add(row.getInt(1)));
    return numbers;
  }

  private List<String> whole(String where, Object value) throws SQLException {
    List<String> ids = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    rows(
        "select * from r " + where,
        value,
        row -> {
          numbers.add(row.getInt(1));
          ids.add(row.getString("transactionId"));
        });
    for (int n : numbers) {
      rows("select * from p where n = ?", n, _ -> {});
    }
    return ids;
  }

  private interface Row {
    void take(ResultSet row) throws SQLException;
  }

  private void rows(String sql, Object value, Row taking) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    switch (value) {
      case byte[] bytes -> statement.setBytes(1, bytes);
      default -> statement.setObject(1, value);
    }
    try (ResultSet rows = statement.executeQuery()) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        for (int i = 1; i <= columns; i++) {
          rows.getObject(i);
        }
        taking.take(rows);
      }
    }
  }

  @Override
  public void close() throws Exception {
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
    super.close();
  }

  @Override
  public Path files() {
    return file;
  }

  @Override
  public long bytes() throws IOException {
    return Usage.bytes(file);
  }
}
