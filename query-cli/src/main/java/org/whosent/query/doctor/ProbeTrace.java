package org.whosent.query.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.msa.client.OutgoingMessage;
import org.whosent.query.trace.Kind;
import org.whosent.query.trace.TraceInput;
import org.whosent.query.trace.TraceResult;
import org.whosent.query.trace.Tracer;
import org.whosent.query.trace.Verdict;
import org.whosent.record.IoReason;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;
import org.whosent.record.TransactionKeys;
import org.whosent.record.site.Site;

/**
 * Asks an index whose the probe was, again and again until it knows or the time is over: the
 * indexer needs a moment. Immutable.
 *
 * @param data the data directory
 * @param site its settings
 * @param patience how long the index may take
 * @param shown hears of each record that the answer is taken from, for the access log
 */
public record ProbeTrace(
    Path data, Site site, Duration patience, Consumer<SubmissionRecord> shown) {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration A_WEEK = Duration.ofDays(7);

  Finding trace(OutgoingMessage message, String id, String user) {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      Finding finding;
      try {
        finding = once(message, id, user);
      } catch (IOException e) {
        finding = Finding.unknown(data + ": " + IoReason.withFile(e));
      }
      if (finding.result() == Finding.Result.PASS || System.nanoTime() - until >= 0) {
        return finding;
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return finding;
      }
    }
  }

  private Finding once(OutgoingMessage message, String id, String user) throws IOException {
    String messageId = messageId(message);
    TraceInput input =
        id == null
            ? new TraceInput.Asked(messageId, Kind.MESSAGE_ID, messageId)
            : new TraceInput.Asked(
                id, TransactionId.parse(id).isPresent() ? Kind.TRANSACTION_ID : Kind.QUEUE_ID, id);
    try (RecordStore store = PartitionedRecordStore.open(data);
        View view = store.view()) {
      Tracer tracer =
          new Tracer(view, site, TransactionKeys.read(data.resolve("keys")), Clock.systemUTC());
      List<TraceResult> results = tracer.trace(input);
      TraceResult result = results.getFirst();
      if (result.verdict() != Verdict.IDENTIFIED) {
        String hint =
            result.verdict() == Verdict.NOT_FOUND
                ? "; does 'whosent index --follow' read the server's journal or log into "
                    + data
                    + ", and was --wait long enough?"
                : "";
        return Finding.fail(
            "tracing %s says %s, not %s%s"
                .formatted(input.name(), result.verdict().word(), user, hint));
      }
      shown.accept(result.record());
      String recorded = result.record().messageId();
      if (recorded != null && !messageId.equals(recorded)) {
        return Finding.fail(
            "tracing " + id + " leads to another message, whose Message-ID is " + recorded);
      }
      return user.equalsIgnoreCase(result.user())
          ? Finding.pass("tracing " + input.name() + " names " + result.user())
          : Finding.fail("tracing " + input.name() + " names " + result.user() + ", not " + user);
    }
  }

  private static String messageId(OutgoingMessage message) {
    return new String(message.content(), java.nio.charset.StandardCharsets.US_ASCII)
        .lines()
        .filter(line -> line.startsWith("Message-ID: "))
        .findFirst()
        .orElseThrow()
        .substring(12);
  }

  /** Whether records are kept as long as trouble takes to come. */
  Finding retention() {
    Duration span = site.retention();
    return span.compareTo(A_WEEK) < 0
        ? Finding.fail("records are kept for only " + span.toHours() + " hours")
        : Finding.pass("records are kept for " + span.toDays() + " days");
  }
}
