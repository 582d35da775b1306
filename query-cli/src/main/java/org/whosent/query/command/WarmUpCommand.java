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
import org.whosent.record.Recipient;
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
      try (RecordStore store = PartitionedRecordStore.open(data);
          Batch batch = store.begin()) {
        SubmissionRecord.Builder record = new SubmissionRecord.Builder();
        record.time = now;
        record.transactionId = id;
        record.host = "mail.example.org";
        record.origin = Origin.AUTHENTICATED;
        record.user = "alice";
        record.client = "192.0.2.1";
        record.mailFrom = "alice@example.org";
        record.recipients = List.of(Recipient.of("bob@example.net"));
        record.messageId = "<1@example.org>";
        batch.add(record.build());
        batch.state("warm-up", "{}");
        batch.covered(new Coverage.Span("mail.example.org", now.minusSeconds(60), now));
        batch.commit();
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
