package org.whosent.record;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Records made up for tests, from a seed. */
final class Records {
  static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456Z");

  private Records() {}

  /** A record with every field set. */
  static SubmissionRecord full() {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = NOON;
    b.transactionId = "4jY9Sb6Dptzbyx3";
    b.aliases = List.of("4jY9Sb6Dptzbyx4");
    b.host = "mail.example.org";
    b.instance = "postfix-out";
    b.service = "submission";
    b.protocol = "ESMTPSA";
    b.origin = Origin.AUTHENTICATED;
    b.user = "Anne Marie=ü\"\\\u0007@example.org";
    b.mechanism = "PLAIN";
    b.authorizationId = "other";
    b.localUser = null;
    b.client = "2001:db8::1";
    b.clientPort = 40000;
    b.clientName = "pc.example.net";
    b.helo = "[192.168.1.1]";
    b.clientInside = false;
    b.tlsVersion = "TLSv1.3";
    b.tlsCipher = "TLS_AES_256_GCM_SHA384";
    b.mailFrom = "";
    b.envelopeId = "QQ 314159 +=";
    b.recipients =
        List.of(
            new Recipient(
                "a@example.net",
                "b@example.net",
                true,
                Outcome.DELIVERED,
                "2.0.0",
                "250 2.0.0 Ok: queued as ABC",
                "mx.example.net[192.0.2.1]:25",
                "ABC",
                NOON.plusSeconds(1)));
    b.messageId = "<x@example.org>";
    b.headerFrom = "Anne <a@example.org>";
    b.subject = "=cmd|' /C calc'!A0";
    b.subjectHash = "0123456789abcdef";
    b.headerDate = NOON.minusSeconds(5);
    b.size = 1234L;
    b.bodyDigest = "0123456789abcdef0123456789abcdef";
    b.textDigest = "fedcba9876543210fedcba9876543210";
    b.sketch =
        Sketch.of("a text of which there are at least forty-eight letters, or more")
            .get()
            .toString();
    b.logHosts = List.of("mail", "mail.example.org");
    b.attachmentDigests = List.of("00112233445566778899aabbccddeeff");
    b.continuations = List.of("4jY9Sb6Dptzbyx4 2026-11-23T12:00:00.000000Z postfix -");
    b.expired = NOON.plusSeconds(2);
    b.completed = NOON.plusSeconds(2);
    b.provenance = List.of(new SourceLine("mail.log", 17, "00112233445566aa"));
    return b.build();
  }

  /** Some facts of one transaction: any field may be missing, none contradicts who it is about. */
  static SubmissionRecord facts(Random random) {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = NOON.plusMillis(random.nextInt(1000));
    b.transactionId = "4jY9Sb6Dptzbyx3";
    b.host = "mail.example.org";
    b.aliases = some(random, () -> "alias" + random.nextInt(4));
    b.logHosts = some(random, () -> random.nextBoolean() ? "mail" : "mail.example.org");
    b.origin = maybe(random, Origin.AUTHENTICATED);
    b.user = maybe(random, "alice");
    b.client = maybe(random, "192.0.2." + random.nextInt(3));
    b.clientPort = maybe(random, random.nextInt(3));
    b.clientInside = maybe(random, random.nextBoolean());
    b.mailFrom = maybe(random, "sender" + random.nextInt(3));
    b.envelopeId = maybe(random, "envelope " + random.nextInt(3));
    b.size = maybe(random, (long) random.nextInt(3));
    b.expired = maybe(random, NOON.plusSeconds(random.nextInt(4) - 4));
    b.completed = maybe(random, NOON.plusSeconds(random.nextInt(3)));
    b.recipients = some(random, () -> recipient(random));
    b.attachmentDigests = some(random, () -> "d" + random.nextInt(3));
    b.provenance =
        some(
            random,
            () ->
                new SourceLine(
                    "log." + random.nextInt(2), random.nextInt(3), "h" + random.nextInt(4)));
    return b.build();
  }

  private static Recipient recipient(Random random) {
    return new Recipient(
        "r" + random.nextInt(2),
        maybe(random, "f" + random.nextInt(2)),
        maybe(random, random.nextBoolean()),
        maybe(random, Outcome.values()[random.nextInt(Outcome.values().length)]),
        maybe(random, "2.0." + random.nextInt(2)),
        maybe(random, "reply" + random.nextInt(2)),
        maybe(random, "hop" + random.nextInt(2)),
        maybe(random, "q" + random.nextInt(2)),
        maybe(random, NOON.plusSeconds(random.nextInt(2))));
  }

  private static <T> T maybe(Random random, T value) {
    return random.nextBoolean() ? value : null;
  }

  private static <T> List<T> some(Random random, Supplier<T> one) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(one.get());
    }
    return list;
  }
}
