package org.whosent.query.command;

import com.github.luben.zstd.util.ZstdVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionIdSource;
import org.whosent.record.TransactionKeys;
import org.whosent.record.site.Site;

/**
 * The training run for the ahead-of-time cache: makes a small index and walks the ways that people
 * wait for. Not listed in the help; the launcher runs it once per build.
 *
 * <p>It also leaves zstd's native library as a file of its own: unpacked anew for each look-up it
 * would cost as much as the look-up.
 */
public final class WarmUpCommand implements Callable<Integer> {
  /** Enough for every kind of column to be worth its while. */
  private static final int RECORDS = 120;

  private final Consumer<String[]> whosent;
  private final Path nativeLibrary;

  /**
   * @param whosent runs {@code whosent} with arguments: given from outside, so that commands do not
   *     know it
   * @param nativeLibrary where to leave zstd's library; null: nowhere
   */
  public WarmUpCommand(Consumer<String[]> whosent, Path nativeLibrary) {
    this.whosent = whosent;
    this.nativeLibrary = nativeLibrary;
  }

  @Override
  public Integer call() throws Exception {
    Path data = Files.createTempDirectory("whosent-warm-up");
    try {
      Instant now = Instant.now();
      TransactionKeys keys =
          TransactionKeys.readOrCreate(data.resolve("keys"), 0, now.minusSeconds(9));
      String id =
          new TransactionIdSource(keys, 0, data.resolve("last-transaction-id"), Instant::now)
              .next()
              .toString();
      try (RecordStore store = PartitionedRecordStore.open(data)) {
        // A day of the past and today's, with all that records can hold; each grows once.
        for (boolean accepted : new boolean[] {false, true}) {
          try (Batch batch = store.begin()) {
            for (int n = 0; n < RECORDS; n++) {
              batch.add(
                  record(n, now.minusSeconds(n % 2 * 86_400 + n), n == 0 ? id : null, accepted));
            }
            batch.state("warm-up", "read up to here\n".repeat(20));
            batch.covered(new Coverage.Span("mail.example.org", now.minusSeconds(99_999), now));
            batch.commit();
          }
        }
      }
      Site.UNKNOWN.withHost("mail.example.org", "mail").writeHosts(data);
      Path message = data.resolve("message.eml");
      Files.writeString(
          message,
          """
          Received: from [192.0.2.1] by mail.example.org with ESMTPSA id %s
          Message-ID: <1@example.org>
          From: alice@example.org

          text
          """
              .formatted(id));
      for (String output : List.of("json", "text")) {
        run("trace", "--data", data.toString(), "--output", output, id, message.toString());
        run("search", "--data", data.toString(), "--output", output, "--user", "alice");
      }
      keepNativeLibrary();
      return ExitStatus.DONE;
    } finally {
      delete(data);
    }
  }

  /** A record like those of a log or, for the odd ones, of our own server. */
  private static SubmissionRecord record(int n, Instant time, String id, boolean accepted) {
    SubmissionRecord.Builder record = new SubmissionRecord.Builder();
    record.time = time;
    record.transactionId = id == null ? "4bWarm%04dUpz".formatted(n) : id;
    record.host = "mail.example.org";
    record.origin = Origin.AUTHENTICATED;
    record.user = n == 0 ? "alice" : "user" + n % 17;
    record.client = n % 3 == 0 ? "2001:db8::" + n : "192.0.2." + n % 200;
    record.clientPort = 40_000 + n;
    record.clientName = n % 2 == 0 ? "host%d.example.net".formatted(n) : null;
    record.service = "submission/smtpd";
    record.mechanism = "PLAIN";
    record.tlsVersion = "TLSv1.3";
    record.mailFrom = "alice@example.org";
    record.messageId = n == 0 ? "<1@example.org>" : "<%d.%x@example.org>".formatted(n, n * 77_777);
    record.subject = n % 2 == 0 ? "warm-up " + n : null;
    record.size = 1000L + n;
    record.recipients =
        List.of(
            accepted
                ? new Recipient(
                    "bob%d@example.net".formatted(n),
                    null,
                    false,
                    Outcome.DELIVERED,
                    "2.0.0",
                    "250 2.0.0 Ok: queued as 4cNext%d".formatted(n),
                    "mx.example.net[203.0.113.9]:25",
                    "4cNext" + n,
                    time.plusSeconds(1))
                : Recipient.of("bob%d@example.net".formatted(n)));
    record.provenance =
        List.of(new SourceLine("mail.log", 100L * n, "%016x".formatted(n * 99_999L)));
    if (n % 2 == 1) {
      record.bodyDigest = "sha256:" + "%064x".formatted(n);
      record.textDigest = "sha256:" + "%064x".formatted(n + 1);
    }
    return record.build();
  }

  /** On Linux, where the jar has one for this processor; elsewhere it goes on being unpacked. */
  private void keepNativeLibrary() throws IOException {
    if (nativeLibrary == null) {
      return;
    }
    String inJar =
        "/linux/%s/libzstd-jni-%s.so".formatted(System.getProperty("os.arch"), ZstdVersion.VERSION);
    try (InputStream library = ZstdVersion.class.getResourceAsStream(inJar)) {
      if (library != null && System.getProperty("os.name").equals("Linux")) {
        Files.copy(library, nativeLibrary, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private void run(String... arguments) {
    whosent.accept(arguments);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
