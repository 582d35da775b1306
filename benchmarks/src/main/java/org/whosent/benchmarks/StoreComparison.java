package org.whosent.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.BadLineException;
import org.whosent.record.ClueType;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.JournalLineReader;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Our store beside databases, with the same records in the same run: {@code StoreComparison
 * JOURNALS DIRECTORY}. Every peer gets the parsed records, keeps the whole record, and has the
 * indexes that the same questions need. Prints one line for each figure.
 */
public final class StoreComparison {
  private static final int LOOKS = 2000;
  private static final int TOP = 20;
  private static final int EACH = 97;

  private final List<SubmissionRecord> asked = new ArrayList<>();
  private int records;

  private StoreComparison() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Path journals = Path.of(arguments[0]);
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    StoreComparison run = new StoreComparison();
    run.parseOnly(journals);
    run.ours(journals, directory.resolve("ours"));
    run.database(journals, "sqlite", "jdbc:sqlite:" + directory.resolve("records.sqlite"));
    run.database(journals, "duckdb", "jdbc:duckdb:" + directory.resolve("records.duckdb"));
  }

  /** What takes a record that is whole. */
  private interface Taking {
    void take(SubmissionRecord record) throws IOException, SQLException;
  }

  /** Reads all journals; an outcome follows its submission in what the generator writes. */
  private static void read(Path journals, Taking taking) throws IOException, SQLException {
    List<Path> files;
    try (Stream<Path> all = Files.list(journals)) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      JournalLineReader lines = new JournalLineReader();
      SubmissionRecord open = null;
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
          if (c != '\n') {
            line.write(c);
            continue;
          }
          byte[] bytes = line.toByteArray();
          line.reset();
          switch (lines.read(bytes, bytes.length)) {
            case JournalEntry.Submission s -> open = s.record();
            case JournalEntry.Outcome o -> {
              SubmissionRecord.Builder whole = open.toBuilder();
              whole.recipients = o.recipients();
              whole.completed = o.time();
              taking.take(whole.build());
            }
            default -> {}
          }
        }
      } catch (BadLineException e) {
        throw new IOException(file.toString(), e);
      }
    }
  }

  private void parseOnly(Path journals) throws IOException, SQLException {
    long start = System.nanoTime();
    read(
        journals,
        record -> {
          if (records++ % EACH == 0 && asked.size() < LOOKS) {
            asked.add(record);
          }
        });
    rate("parse alone", start);
  }

  private void rate(String what, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("%-24s %,12.0f records/s%n", what, records / seconds);
  }

  private void size(String what, Path path) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    System.out.printf("%-24s %,12.1f bytes/record%n", what, (double) bytes / records);
  }

  private void ours(Path journals, Path data) throws IOException, SQLException {
    try (RecordStore store = PartitionedRecordStore.open(data)) {
      long start = System.nanoTime();
      try (Batch batch = store.begin()) {
        read(journals, batch::add);
        batch.commit();
      }
      rate("ours ingest", start);
      size("ours, open days", data);
      look("ours, open days", store);
      start = System.nanoTime();
      store.seal(Instant.now().plusSeconds(2 * 86_400));
      rate("ours seal", start);
      size("ours, sealed", data);
      look("ours, sealed", store);
      start = System.nanoTime();
      store.purge(asked.getFirst().time().plusSeconds(86_400), false);
      System.out.printf(
          "%-24s %,12.1f ms%n", "ours purge of a day", (System.nanoTime() - start) / 1e6);
    }
  }

  private void look(String what, RecordStore store) throws IOException {
    try (View view = store.view()) {
      for (ClueType type :
          List.of(
              ClueType.TRANSACTION_ID,
              ClueType.MESSAGE_ID,
              ClueType.BODY_DIGEST,
              ClueType.RECIPIENT,
              ClueType.USER)) {
        times(
            what + " " + type.code(),
            record -> {
              String value = type.of(record).getFirst();
              if (view.find(type, value, TOP).isEmpty()) {
                throw new IOException("not found: " + value);
              }
            });
      }
      String user = busiest();
      long start = System.nanoTime();
      int rows = 0;
      Iterator<SubmissionRecord> all =
          view.search(new RecordQuery(Map.of(ClueType.USER, user), null, null, null));
      for (; all.hasNext(); rows++) {
        all.next();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf("%-24s %,12.0f rows/s (%d)%n", what + " export", rows / seconds, rows);
    }
  }

  /** Of the samples, whoever sent most: an export is asked for where there is much. */
  private String busiest() {
    Map<String, Integer> sent = new HashMap<>();
    asked.forEach(record -> sent.merge(record.user(), 1, Integer::sum));
    return sent.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  /** Asks for every sample once to warm up, and once to measure. */
  private void times(String what, Taking question) throws IOException {
    long[] nanos = new long[asked.size()];
    try {
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < nanos.length; i++) {
          long start = System.nanoTime();
          question.take(asked.get(i));
          nanos[i] = System.nanoTime() - start;
        }
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
    Arrays.sort(nanos);
    System.out.printf(
        "%-24s p50 %,8.0f us, p99 %,8.0f us%n",
        what, nanos[nanos.length / 2] / 1e3, nanos[nanos.length * 99 / 100] / 1e3);
  }

  private void database(Path journals, String name, String url) throws IOException, SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table r (n integer, id text, mid text, body text, texts text, usr text,"
              + " client text, sender text, t bigint, json text)");
      statement.execute("create table rcpt (n integer, address text, domain text, t bigint)");
      connection.setAutoCommit(false);
      long start = System.nanoTime();
      insert(journals, connection);
      for (String column : "id mid body texts client sender".split(" ")) {
        statement.execute("create index r_" + column + " on r (" + column + ")");
      }
      statement.execute("create index r_user on r (usr, t)");
      statement.execute("create index r_n on r (n)");
      statement.execute("create index rcpt_address on rcpt (address, t)");
      statement.execute("create index rcpt_domain on rcpt (domain, t)");
      connection.commit();
      rate(name + " ingest", start);
      if (name.equals("duckdb")) {
        connection.setAutoCommit(true);
        statement.execute("checkpoint");
      }
      size(name, Path.of(url.substring(url.indexOf(':', 5) + 1)));
      for (String column : List.of("id", "mid", "body")) {
        ask(connection, name, column, "select json from r where " + column + " = ?");
      }
      ask(connection, name, "user", "select json from r where usr = ? order by t desc limit 20");
      ask(
          connection,
          name,
          "rcpt",
          "select json from rcpt join r on r.n = rcpt.n where address = ?"
              + " order by rcpt.t desc limit 20");
    }
  }

  private static void insert(Path journals, Connection connection)
      throws IOException, SQLException {
    try (PreparedStatement row =
            connection.prepareStatement("insert into r values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        PreparedStatement to =
            connection.prepareStatement("insert into rcpt values (?, ?, ?, ?)")) {
      int[] count = {0};
      read(
          journals,
          record -> {
            int n = count[0]++;
            long micros = record.time().toEpochMilli() * 1000;
            row.setInt(1, n);
            row.setString(2, record.transactionId());
            row.setString(3, record.messageId());
            row.setString(4, record.bodyDigest());
            row.setString(5, record.textDigest());
            row.setString(6, record.user());
            row.setString(7, record.client());
            row.setString(8, record.mailFrom());
            row.setLong(9, micros);
            row.setString(
                10,
                new String(
                    JournalCodec.encodeRecord(record), java.nio.charset.StandardCharsets.UTF_8));
            row.addBatch();
            for (Recipient recipient : record.recipients()) {
              to.setInt(1, n);
              to.setString(2, recipient.address());
              to.setString(3, recipient.address().substring(recipient.address().indexOf('@') + 1));
              to.setLong(4, micros);
              to.addBatch();
            }
            if (n % 2000 == 1999) {
              row.executeBatch();
              to.executeBatch();
            }
          });
      row.executeBatch();
      to.executeBatch();
    }
  }

  private void ask(Connection connection, String name, String column, String sql)
      throws IOException, SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      times(
          name + " " + column,
          record -> {
            statement.setString(
                1,
                switch (column) {
                  case "id" -> record.transactionId();
                  case "mid" -> record.messageId();
                  case "body" -> record.bodyDigest();
                  case "user" -> record.user();
                  default -> record.recipients().getFirst().address();
                });
            try (ResultSet rows = statement.executeQuery()) {
              if (!rows.next()) {
                throw new IOException("not found by " + column);
              }
              while (rows.next()) {
                rows.getString(1);
              }
            }
          });
    }
  }
}
