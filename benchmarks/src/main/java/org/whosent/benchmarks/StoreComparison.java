package org.whosent.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
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
import org.whosent.indexer.ingest.Ingest;
import org.whosent.indexer.ingest.IngestOptions;
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
import org.whosent.record.site.Site;

/**
 * Our store beside databases, with the same records in the same run: {@code StoreComparison
 * JOURNALS DIRECTORY [ours]}, with {@code ours} without the databases. Every peer gets the parsed
 * records, keeps the whole record, and has the indexes that the same questions need. Prints one
 * line for each figure.
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
    if (arguments.length > 2 && arguments[2].equals("ours")) {
      return;
    }
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
      // A million lines read byte by byte would take as long as all else.
      try (InputStream in = Files.newInputStream(file)) {
        byte[] buffer = new byte[1 << 18];
        int to = 0;
        for (int count = in.read(buffer); count >= 0; ) {
          to += count;
          int from = 0;
          for (int end = feed(buffer, 0, to); end < to; end = feed(buffer, from, to)) {
            byte[] line = from == 0 ? buffer : Arrays.copyOfRange(buffer, from, end);
            switch (lines.read(line, end - from)) {
              case JournalEntry.Submission s -> open = s.record();
              case JournalEntry.Outcome o -> {
                SubmissionRecord.Builder whole = open.toBuilder();
                whole.recipients = o.recipients();
                whole.completed = o.time();
                taking.take(whole.build());
              }
              default -> {}
            }
            from = end + 1;
          }
          System.arraycopy(buffer, from, buffer, 0, to - from);
          to -= from;
          if (to == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * to);
          }
          count = in.read(buffer, to, buffer.length - to);
        }
      } catch (BadLineException e) {
        throw new IOException(file.toString(), e);
      }
    }
  }

  private static int feed(byte[] buffer, int from, int to) {
    int at = from;
    while (at < to && buffer[at] != '\n') {
      at++;
    }
    return at;
  }

  private void parseOnly(Path journals) throws IOException, SQLException {
    long start = System.nanoTime();
    long cpu = cpu();
    read(
        journals,
        record -> {
          if (records++ % EACH == 0 && asked.size() < LOOKS) {
            asked.add(record);
          }
        });
    rate("parse alone", start, cpu);
  }

  /** Processor time of this process, the JVM's own threads included. */
  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private void rate(String what, long start, long cpu) {
    double micros = (cpu() - cpu) / 1e3 / records;
    rate(what, start);
    System.out.printf("%-24s %,12.1f us of a processor a record%n", what, micros);
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

  /** The store alone, from records that are whole; then all that {@code whosent index} does. */
  private void ours(Path journals, Path data) throws IOException, SQLException {
    try (RecordStore store = PartitionedRecordStore.open(data.resolve("records-alone"))) {
      long start = System.nanoTime();
      long cpu = cpu();
      try (Batch batch = store.begin()) {
        read(journals, batch::add);
        batch.commit();
      }
      rate("ours ingest", start, cpu);
      size("ours, no provenance", data.resolve("records-alone"));
    }
    Path indexed = data.resolve("indexed");
    try (RecordStore store = PartitionedRecordStore.open(indexed)) {
      for (int round = 0; round < 2; round++) {
        // The first seconds of a run of the JVM are its compiler's: the second round has less.
        long start = System.nanoTime();
        long cpu = cpu();
        RecordStore into =
            round == 0 ? PartitionedRecordStore.open(data.resolve("first-round")) : store;
        index(journals, into);
        rate(round == 0 ? "ours index, cold" : "ours index, warm", start, cpu);
      }
      size("ours, open days", indexed);
      look("ours, open days", store);
      long start = System.nanoTime();
      long cpu = cpu();
      store.seal(Instant.now().plusSeconds(2 * 86_400));
      rate("ours seal", start, cpu);
      size("ours, sealed", indexed);
      look("ours, sealed", store);
      start = System.nanoTime();
      store.purge(asked.getFirst().time().plusSeconds(86_400), false);
      System.out.printf(
          "%-24s %,12.1f ms%n", "ours purge of a day", (System.nanoTime() - start) / 1e6);
    }
  }

  /** The whole way of {@code whosent index}: provenance, coverage and checkpoints too. */
  private void index(Path journals, RecordStore store) throws IOException {
    PrintStream quiet = new PrintStream(OutputStream.nullOutputStream());
    long made =
        new Ingest(store, Site.UNKNOWN, IngestOptions.AUTO, InputStream.nullInputStream(), quiet)
            .run(List.of(journals.toString()))
            .records();
    if (made != records) {
      throw new IOException(made + " records made of " + records);
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
      long cpu = cpu();
      insert(journals, connection);
      for (String column : "id mid body texts client sender".split(" ")) {
        statement.execute("create index r_" + column + " on r (" + column + ")");
      }
      statement.execute("create index r_user on r (usr, t)");
      statement.execute("create index r_n on r (n)");
      statement.execute("create index rcpt_address on rcpt (address, t)");
      statement.execute("create index rcpt_domain on rcpt (domain, t)");
      connection.commit();
      rate(name + " ingest", start, cpu);
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
