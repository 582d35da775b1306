package org.whosent.benchmarks.store;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * The lines that Postfix, with {@code enable_long_queue_ids}, would have logged of a submission.
 */
final class PostfixLines {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private PostfixLines() {}

  /** Unique, and as long as Postfix's. */
  static String queueId(SubmissionRecord record) {
    return record.transactionId().substring(11);
  }

  /** Writes them all. */
  static void write(SubmissionRecord record, Appendable to) throws IOException {
    String id = queueId(record);
    String client = "unknown[" + record.client() + "]";
    String smtpd = "postfix/submission/smtpd[" + pid(record, 0) + "]: ";
    Instant time = record.time();
    line(to, time, smtpd, "connect from ", client);
    line(
        to,
        time,
        smtpd,
        id,
        ": client=",
        client,
        ", sasl_method=",
        record.mechanism(),
        ", sasl_username=",
        record.user());
    line(
        to,
        time,
        "postfix/cleanup[" + pid(record, 1) + "]: ",
        id,
        ": message-id=",
        record.messageId());
    String queue = "postfix/qmgr[812]: ";
    line(
        to,
        time,
        queue,
        id,
        ": from=<",
        record.mailFrom(),
        ">, size=",
        record.size().toString(),
        ", nrcpt=",
        Integer.toString(record.recipients().size()),
        " (queue active)");
    line(
        to,
        time,
        smtpd,
        "disconnect from ",
        client,
        " ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8");
    for (Recipient recipient : record.recipients()) {
      String delay = "%.2f".formatted(Duration.between(time, recipient.time()).toMillis() / 1e3);
      line(
          to,
          recipient.time(),
          "postfix/smtp[" + pid(record, 2) + "]: ",
          id,
          ": to=<",
          recipient.address(),
          ">, relay=",
          recipient.nextHop(),
          ", delay=",
          delay,
          ", delays=0.01/0/0/0.01, dsn=",
          recipient.status(),
          ", status=sent (",
          recipient.reply(),
          ")");
    }
    line(to, time, queue, id, ": removed");
  }

  private static int pid(SubmissionRecord record, int which) {
    return 1000 + (record.clientPort() * 3 + which) % 30000;
  }

  private static void line(Appendable to, Instant time, String program, String... text)
      throws IOException {
    STAMP.formatTo(time, to);
    to.append(" msa ").append(program);
    for (String part : text) {
      to.append(part);
    }
    to.append('\n');
  }
}
