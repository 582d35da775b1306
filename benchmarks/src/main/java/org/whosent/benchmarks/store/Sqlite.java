package org.whosent.benchmarks.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** SQLite: one transaction, indexes made afterwards, which is its quickest way. */
final class Sqlite extends SqlPeer {
  private final Path file;

  Sqlite(Path file) {
    this.file = file;
  }

  @Override
  public void start() throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    execute("pragma cache_size = -262144"); // KiB
  }

  @Override
  public String name() {
    return "SQLite";
  }

  @Override
  String type(Field.Type type) {
    return switch (type) {
      case TEXT -> "text";
      case INT, LONG -> "integer";
      case BYTES -> "blob";
    };
  }

  @Override
  String recipients() {
    return "select group_concat(p.\"address\", ' ' order by p.i) from p where p.n = r.n";
  }

  @Override
  public boolean ingest(Journals journals) throws Exception {
    execute(
        "create table r (n integer primary key, " + recordColumns() + ")",
        "create table p (n integer, i integer, t integer, "
            + recipientColumns()
            + ", primary key (n, i)) without rowid");
    connection.setAutoCommit(false);
    try (PreparedStatement record = insert("r", 1 + Field.RECORD.size());
        PreparedStatement recipient = insert("p", 3 + Field.RECIPIENT.size())) {
      int[] count = {0};
      journals.read(r -> add(r, count[0]++, record, recipient));
      record.executeBatch();
      recipient.executeBatch();
    }
    execute(
        "create index r_id on r (\"transactionId\")",
        "create index r_mid on r (\"messageId\")",
        "create index r_body on r (\"bodyDigest\")",
        "create index r_user on r (\"user\", \"time\")",
        "create index p_address on p (\"address\", t)",
        // For the purge.
        "create index r_time on r (\"time\")",
        "create index p_time on p (t)");
    connection.commit();
    connection.setAutoCommit(true);
    execute("analyze");
    return true;
  }

  private PreparedStatement insert(String table, int columns) throws SQLException {
    return connection.prepareStatement(
        "insert into %s values (%s)"
            .formatted(table, String.join(", ", Collections.nCopies(columns, "?"))));
  }

  private static void add(
      SubmissionRecord r, int n, PreparedStatement record, PreparedStatement recipient)
      throws SQLException {
    record.setInt(1, n);
    set(record, 2, Field.RECORD, r);
    record.addBatch();
    int i = 0;
    for (Recipient to : r.recipients()) {
      recipient.setInt(1, n);
      recipient.setInt(2, i++);
      recipient.setLong(3, Field.micros(r.time()));
      set(recipient, 4, Field.RECIPIENT, to);
      recipient.addBatch();
    }
    if (n % 2000 == 1999) {
      record.executeBatch();
      recipient.executeBatch();
    }
  }

  private static <S> void set(PreparedStatement to, int from, List<Field<S>> fields, S of)
      throws SQLException {
    for (int i = 0; i < fields.size(); i++) {
      to.setObject(from + i, fields.get(i).value().apply(of));
    }
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
