package org.whosent.query.command;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionIdSource;
import org.whosent.record.TransactionKeys;
import org.whosent.record.site.Site;

/**
 * Makes the small index for the training run of {@link WarmUpCommand}: a day that is sealed and two
 * that still grow, each of several blocks, and inputs to be traced in it. It is a process of its
 * own, so that what writes and seals is not among what every look-up loads.
 */
public final class WarmUpStore implements Callable<Integer> {
  /** The file of inputs, one a line. */
  static final String INPUTS = "inputs";

  /** Who sent the messages that are traced. */
  static final String USER = "alice";

  /** Of all messages there. */
  static final String SENDER = "alice@example.org";

  private static final Duration SEALED = Duration.ofDays(3);

  /** Of the days that grow: enough for every kind of column, and for several blocks. */
  private static final int RECORDS = 400;

  /** Of the sealed day: enough for its blocks to have a dictionary. */
  private static final int MANY = 2500;

  private final Path data;

  /** Makes it in this directory. */
  public WarmUpStore(Path data) {
    this.data = data;
  }

  @Override
  public Integer call() throws Exception {
    if (Files.isDirectory(data)) {
      try (DirectoryStream<Path> inside = Files.newDirectoryStream(data)) {
        if (inside.iterator().hasNext()) {
          // Made-up users must not get among real ones.
          throw new OperatorException(data + ": is not empty; this makes an index of made-up mail");
        }
      }
    }
    Instant now = Instant.now();
    Instant then = now.minus(SEALED);
    TransactionKeys keys =
        TransactionKeys.readOrCreate(data.resolve("keys"), 0, then.minusSeconds(9));
    String id = id(keys, "mark-0", now);
    String sealedId = id(keys, "mark-1", then);
    try (RecordStore store = PartitionedRecordStore.open(data)) {
      // With all that records can hold; each grows once.
      for (boolean accepted : new boolean[] {false, true}) {
        try (Batch batch = store.begin()) {
          for (int n = 0; n < RECORDS; n++) {
            Instant open = now.minusSeconds(n % 2 * 86_400 + n);
            batch.add(record(n, open, n == 0 ? id : null, accepted));
          }
          for (int n = 0; n < MANY; n++) {
            batch.add(
                record(RECORDS + n, then.plusNanos(1000L * n), n == 0 ? sealedId : null, accepted));
          }
          batch.state("warm-up", "read up to here\n".repeat(20));
          batch.covered(new Coverage.Span("mail.example.org", then, now));
          batch.commit();
        }
      }
      store.seal(now.minus(SEALED).plus(Duration.ofDays(1)));
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
            .formatted(sealedId));
    Files.write(
        data.resolve(INPUTS),
        List.of(sealedId, id, message.toString(), "<1@example.org>", "<none@example.org>"));
    return ExitStatus.DONE;
  }

  private String id(TransactionKeys keys, String mark, Instant time) throws Exception {
    return new TransactionIdSource(keys, 0, data.resolve(mark), () -> time).next().toString();
  }

  /** A record like those of a log or, for the odd ones, of our own server. */
  private static SubmissionRecord record(int n, Instant time, String id, boolean accepted) {
    SubmissionRecord.Builder record = new SubmissionRecord.Builder();
    record.time = time;
    record.transactionId = id == null ? "4bWarm%04dUpz".formatted(n) : id;
    record.host = "mail.example.org";
    record.origin = Origin.AUTHENTICATED;
    record.user = id != null ? USER : "user" + n % 17;
    record.client = n % 3 == 0 ? "2001:db8::" + n : "192.0.2." + n % 200;
    record.clientPort = 40_000 + n;
    record.clientName = n % 2 == 0 ? "host%d.example.net".formatted(n) : null;
    record.service = "submission/smtpd";
    record.mechanism = "PLAIN";
    record.tlsVersion = "TLSv1.3";
    record.mailFrom = SENDER;
    record.messageId =
        id != null ? "<1@example.org>" : "<%d.%x@example.org>".formatted(n, n * 77_777);
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
}
