package org.whosent.indexer.store.segment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/** Records with anything in any field, likely and unlikely, to break an encoding. */
final class AnyRecords {
  private static final String[] ODD = {
    "",
    "@",
    "<>",
    "<@>",
    "<a@b>",
    "<a@b",
    "a@b>",
    "a@b@c",
    "\u0001",
    "\u0002",
    "\u0002\u0001x",
    "x\u0001y",
    "1.2.3.4",
    "01.2.3.4",
    "1.2.3.256",
    "1.2.3",
    "255.255.255.255",
    "::1",
    "deadbeef00",
    "DEADBEEF00",
    "deadbeef0",
    "\u00e4\u00f6\u00fc",
    "\ud83d\ude00",
    "\n\r\u0000",
    "2001:db8::1",
    "alice",
    "alice@example.com",
    "Alice <alice@example.com>",
    "a".repeat(3000)
  };

  private final Random random;

  /** In some segments no record has one: then there is no column. */
  private final boolean envelopeIds;

  private final boolean logHosts;

  AnyRecords(long seed) {
    random = new Random(seed);
    envelopeIds = random.nextBoolean();
    logHosts = seed % 2 != 0;
  }

  private boolean rarely() {
    return random.nextInt(4) == 0;
  }

  private String text() {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> null;
      case 3, 4, 5 -> ODD[random.nextInt(ODD.length)];
      case 6 -> "%032x".formatted(random.nextLong());
      case 7 -> base64(random.nextInt(80));
      case 8 -> base64(66) + "=";
      case 9 -> Long.toString(random.nextLong(), 36);
      default -> "word" + random.nextInt(5);
    };
  }

  private String base64(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    // Now and then one that no encoder would end like that.
    return rarely() && !text.isEmpty() ? text.substring(0, text.length() - 1) + "_" : text;
  }

  private String some() {
    String text = text();
    return text == null ? "x" : text;
  }

  private Instant time(Instant near) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> null;
      case 2 -> Instant.parse("0000-01-01T00:00:00Z");
      case 3 -> Instant.parse("9999-12-31T23:59:59.999999Z");
      case 4 -> near.plusSeconds(random.nextInt(100));
      default -> Micros.time(Micros.of(near) + random.nextLong(-1_000_000_000, 1_000_000_000));
    };
  }

  SubmissionRecord next(Instant time) {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = time;
    b.transactionId =
        switch (random.nextInt(4)) {
          case 0 -> some();
          case 1 -> "4XyZ" + random.nextInt(99);
          default -> {
            String id =
                new TransactionId(
                        Math.max(0, time.toEpochMilli() + random.nextInt(9)),
                        random.nextInt(4096),
                        random.nextInt(1 << 20),
                        random.nextLong() >>> 14)
                    .toString();
            yield rarely() ? id.toLowerCase(java.util.Locale.ROOT) : id;
          }
        };
    b.aliases = texts(rarely() ? 3 : 0);
    b.continuations = texts(rarely() ? 2 : 0);
    b.host = some();
    b.instance = text();
    b.service = text();
    b.protocol = text();
    b.origin = rarely() ? null : Origin.values()[random.nextInt(Origin.values().length)];
    b.user = text();
    b.mechanism = text();
    b.authorizationId = text();
    b.localUser = text();
    b.client = text();
    b.clientPort = rarely() ? null : random.nextInt(65536);
    b.clientName = text();
    b.helo = text();
    b.clientInside = rarely() ? null : random.nextBoolean();
    b.tlsVersion = text();
    b.tlsCipher = text();
    b.mailFrom = random.nextBoolean() ? b.user : text();
    b.envelopeId = envelopeIds ? text() : null;
    b.logHosts = texts(logHosts ? random.nextInt(3) : 0);
    List<Recipient> recipients = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      recipients.add(recipient(time));
    }
    b.recipients = recipients;
    b.messageId = text();
    b.headerFrom = random.nextBoolean() ? "X <" + b.user + ">" : text();
    b.subject = text();
    b.subjectHash = text();
    b.headerDate = time(time);
    b.size =
        switch (random.nextInt(5)) {
          case 0 -> null;
          case 1 -> Long.MIN_VALUE;
          case 2 -> Long.MAX_VALUE;
          default -> random.nextLong(1 << 20);
        };
    b.bodyDigest = text();
    b.textDigest = text();
    b.sketch = text();
    b.attachmentDigests = texts(rarely() ? 2 : 0);
    b.expired = time(time);
    b.completed = time(time);
    List<SourceLine> lines = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      lines.add(new SourceLine(some(), random.nextLong() >>> random.nextInt(1, 64), some()));
    }
    b.provenance = lines;
    return b.build();
  }

  private Recipient recipient(Instant time) {
    String id = text();
    return new Recipient(
        some(),
        text(),
        rarely() ? null : random.nextBoolean(),
        rarely() ? null : Outcome.values()[random.nextInt(Outcome.values().length)],
        text(),
        random.nextBoolean() ? "250 Ok: queued as " + id : text(),
        text(),
        id,
        time(time));
  }

  private List<String> texts(int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(some());
    }
    return texts;
  }

  /** Records, newest first. */
  List<SubmissionRecord> newestFirst(int count) {
    List<SubmissionRecord> records = new ArrayList<>();
    Instant time = Instant.parse("2026-11-23T23:59:59.123456Z");
    for (int i = 0; i < count; i++) {
      records.add(next(time));
      time = rarely() ? time : time.minusMillis(random.nextInt(1000));
    }
    return records;
  }
}
