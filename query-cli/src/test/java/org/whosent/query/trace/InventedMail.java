package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.UnreadableMessageException;

/**
 * A seeded inventor of mail: submissions of some users, forgeries that use any part of a victim's
 * message, and what complainants and their programs make of what they got.
 *
 * <p>{@code -Dwhosent.seed=N} runs that seed and no other, {@code -Dwhosent.seeds=N} so many fresh
 * ones.
 */
abstract class InventedMail extends MadeUpMail {
  static final int ROUNDS = 150;
  static final List<String> USERS =
      List.of("victim@example.com", "bob@example.com", "carol@example.com", "dave");
  static final int LEAST_TEXT = 40;
  static final String MALLORY = "mallory@example.com";

  /** A submission with its message as the next hop got it, and what of it was delivered. */
  record Sent(SubmissionRecord record, String line, String message, String hop) {
    String delivered() {
      return hop + line + message;
    }

    String field(String name) {
      int at = message.indexOf("\n" + name + ": ");
      int from = message.startsWith(name + ": ") ? 0 : at + 1;
      return at < 0 && from != 0 ? "" : message.substring(from, message.indexOf('\n', from) + 1);
    }
  }

  Random random;
  private int serial;

  static List<Long> seeds() {
    Long asked = Long.getLong("whosent.seed");
    if (asked != null) {
      return List.of(asked);
    }
    List<Long> seeds = new ArrayList<>(List.of(7L, 20261125L));
    for (int fresh = Integer.getInteger("whosent.seeds", 1); fresh > 0; fresh--) {
      seeds.add(System.nanoTime());
    }
    return seeds;
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  String words(int octets) {
    StringBuilder text = new StringBuilder();
    while (text.length() < octets) {
      text.append((char) ('a' + random.nextInt(26)))
          .append(Integer.toString(random.nextInt(100_000), 36))
          .append(chance(12) ? '\n' : ' ');
    }
    return text.append('\n').toString();
  }

  String queueId() {
    return "4jY9%sz".formatted(Long.toString(36L * 36 * 36 * 36 * 36 + ++serial * 7919L, 36));
  }

  String recipient() {
    return "r%d@far.example".formatted(random.nextInt(6));
  }

  static String receivedAt(String id, String client, Instant time) {
    return received(id, client).replace(date(NOON), date(time));
  }

  /** Submits; the header may hold anything, its fields in any order. */
  Sent submitted(
      String user, String mailFrom, String to, Instant time, String message, boolean digests)
      throws IOException {
    String id = digests && chance(50) ? ids.next().toString() : queueId();
    String client = "198.51.100." + (1 + random.nextInt(250));
    String hopId = "%011X".formatted(0x10000000000L + random.nextLong(1L << 40));
    String line = receivedAt(id, client, time);
    SubmissionRecord.Builder record = submit(user, id, hopId, message, digests).toBuilder();
    records.removeLast();
    record.time = time;
    record.client = client;
    record.mailFrom = mailFrom;
    record.size = (long) (line + message).replace("\n", "\r\n").length();
    boolean hopKnown = chance(60);
    record.recipients =
        List.of(
            new Recipient(
                to,
                null,
                false,
                Outcome.DELIVERED,
                "2.0.0",
                "250 ok",
                "mx.far.example[203.0.113.9]:25",
                hopKnown ? hopId : null,
                time));
    records.add(record.build());
    String hop =
        "Return-Path: <"
            + mailFrom
            + ">\n"
            + hop(hopId).replace("r@far.example", to).replace(date(NOON), date(time));
    return new Sent(records.getLast(), line, message, hop);
  }

  Sent honest(String user, Instant time, boolean digests) throws IOException {
    String address = user.contains("@") ? user : user + "@example.com";
    String to = recipient();
    String body = words(100 + random.nextInt(chance(10) ? 30_000 : 3000));
    String message =
        mail(address, "<%d@client>".formatted(++serial), body)
            .replace("r@far.example", chance(20) ? "undisclosed-recipients:;" : to)
            .replace("Date: " + date(NOON), "Date: " + date(time));
    return submitted(user, address, to, time, message, digests);
  }

  /** What a forger makes of his victim's message: any of its fields, and a text of his own. */
  String forged(Sent victim, String own, boolean allOfIt) {
    StringBuilder message = new StringBuilder();
    if (allOfIt || chance(70)) {
      message.append(chance(30) ? victim.hop() : "").append(victim.line());
    }
    String plain =
        "From: %s\nTo: %s\nMessage-ID: <%d@own>\nDate: %s\nSubject: x\n"
            .formatted(own, recipient(), ++serial, date(NOON));
    for (String line : plain.lines().toList()) {
      String name = line.substring(0, line.indexOf(':'));
      String stolen = victim.field(name);
      message.append((allOfIt || chance(60)) && !stolen.isEmpty() ? stolen : line + "\n");
    }
    return message.toString();
  }

  /**
   * A forged header over a text that is not about as long as the victim's: that much a mail log
   * tells. Where no line of ours is in the header, 800 octets and more may be missing above it, so
   * the text is farther from the victim's. Some words at least, or what is left is a header.
   */
  String forgery(Sent victim, String own, boolean allOfIt) {
    String header = forged(victim, own, allOfIt);
    int theirs = victim.message().length();
    int length = LEAST_TEXT + random.nextInt(6000);
    int least = Math.max(header.startsWith("From:") ? 1800 : 900, theirs / 3);
    while (Math.abs(length - theirs) < least) {
      length = LEAST_TEXT + random.nextInt(theirs + 6000);
    }
    return header + "\n" + words(length);
  }

  // ---- what complainants and their programs do

  String complained(String copy) {
    String text = copy;
    for (int n = random.nextInt(4); n > 0; n--) {
      text = once(text, random.nextInt(11));
    }
    return text;
  }

  /**
   * Of a forgery. Who copies a victim's line, and the hop above it, copies the way he came; where
   * the content is cut away as well, nothing tells the two apart (docs/tracing.md says so), so
   * those complaints keep it.
   */
  String complained(String copy, Sent victim) {
    boolean header = copy.contains(victim.record().transactionId());
    if (!header) {
      return complained(copy);
    }
    String text = copy;
    for (int n = random.nextInt(4); n > 0; n--) {
      text = once(text, any(List.of(0, 3, 4, 5, 6, 8, 9)));
    }
    return text;
  }

  String once(String text, int what) {
    int header = text.indexOf("\n\n") < 0 ? text.length() : text.indexOf("\n\n") + 1;
    return switch (what) {
      case 0 -> text.replace("\r\n", "\n").replace("\n", "\r\n");
      case 1 -> text.substring(0, header); // header only
      case 2 -> text.substring(0, 1 + random.nextInt(text.length()));
      case 3 -> "X-Spam-Status: Yes, score=" + random.nextInt(99) + "\n" + text;
      case 4 -> text + "_____\nlist footer, https://lists.example.net/" + random.nextInt(9) + "\n";
      case 5 -> text.replaceAll("r\\d@far\\.example", "x@redacted.example");
      case 6 -> text.replaceAll("198\\.51\\.100\\.\\d+", "x.x.x.x");
      case 7 ->
          "From: c@far.example\nTo: abuse@example.com\nMessage-ID: <c@far>\n\nSpam:\n\n> "
              + text.replace("\n", "\n> ");
      case 8 ->
          "From: f@far.example\nTo: abuse@example.com\nMIME-Version: 1.0\nContent-Type:"
              + " multipart/report; report-type=feedback-report; boundary=BB\n\n--BB\n\nspam\n"
              + "--BB\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n--BB\n"
              + "Content-Type: message/rfc822\n\n"
              + text
              + "\n--BB--\n";
      case 9 ->
          "From: c@far.example\n"
              + "To: abuse@example.com\n"
              + "MIME-Version: 1.0\n"
              + "Content-Type: multipart/mixed; boundary=CC\n\n"
              + "--CC\n\n"
              + "spam\n"
              + "--CC\n"
              + "Content-Type: message/rfc822\n"
              + "Content-Transfer-Encoding: base64\n\n"
              + Base64.getMimeEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
              + "\n--CC--\n";
      default -> withoutOneField(text, header);
    };
  }

  String withoutOneField(String text, int header) {
    List<String> fields = new ArrayList<>();
    for (String field : text.substring(0, header).split("\n(?![ \t])")) {
      fields.add(field);
    }
    if (fields.size() > 1) {
      fields.remove(random.nextInt(fields.size()));
    }
    return String.join("\n", fields) + "\n" + text.substring(header);
  }

  List<TraceResult> all(String message) throws IOException {
    return Corpus.tracer(records, keys)
        .trace(new TraceInput.Content("x.eml", message.getBytes(StandardCharsets.UTF_8)));
  }

  /** Nobody but this user is named, and the same input has the same answer. */
  void onlyNames(String user, String message, String what) throws IOException {
    namesOneOf(user == null ? Set.of() : Set.of(user), message, what);
  }

  void namesOneOf(Set<String> users, String message, String what) throws IOException {
    List<TraceResult> results = traced(message);
    for (TraceResult result : results) {
      assertTrue(
          result.user() == null || users.contains(result.user()),
          () -> said(result, message, what));
    }
    List<String> again = traced(message).stream().map(TraceJson::line).toList();
    assertEquals(results.stream().map(TraceJson::line).toList(), again, what);
  }

  /** Nobody else is named by more than the header, and then the answer says why not. */
  void byHeaderAtMost(String user, String message, String what) throws IOException {
    for (TraceResult result : traced(message)) {
      boolean shown = result.evidence().stream().anyMatch(e -> e.check() == Check.REPLAY);
      assertTrue(
          result.user() == null
              || result.user().equals(user)
              || result.confidence() == Confidence.BY_HEADER && shown,
          () -> said(result, message, what));
    }
  }

  /** Nothing for an input that was cut to nothing. */
  private List<TraceResult> traced(String message) throws IOException {
    try {
      return all(message);
    } catch (UnreadableMessageException e) {
      return List.of();
    }
  }

  private static String said(TraceResult result, String message, String what) {
    return what + "\n" + TraceText.render(result) + "\n" + message;
  }

  void begin(long seed) throws IOException {
    random = new Random(seed);
    records.clear();
    serial = 0;
  }

  Sent store(boolean digests) throws IOException {
    records.clear();
    Sent victim = null;
    for (String user : USERS) {
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        Instant time = NOON.plus(Duration.ofSeconds(random.nextInt(7200) - 3600));
        Sent sent = honest(user, time, digests);
        victim = victim == null || chance(25) ? sent : victim;
      }
    }
    return victim;
  }

  String dsn(String to, String original) {
    String boundary = "D%dD".formatted(++serial);
    return "From: MAILER-DAEMON@mail.example.com\nTo: "
        + to
        + "\nSubject: Undelivered\nMIME-Version: 1.0\nDate: "
        + date(NOON)
        + "\nContent-Type: multipart/report; report-type=delivery-status; boundary=%1$s\n\n"
            .formatted(boundary)
        + "--%1$s\n\nno such user\n--%1$s\nContent-Type: message/delivery-status\n\n"
            .formatted(boundary)
        + "Reporting-MTA: dns; mail.example.com\n\nFinal-Recipient: rfc822; "
        + recipient()
        + "\nAction: failed\nStatus: 5.1.1\n\n--%s\nContent-Type: message/rfc822\n\n"
            .formatted(boundary)
        + original
        + "\n--%s--\n".formatted(boundary);
  }

  /** A bounce that our server made itself, without a Message-ID in the log as OpenSMTPD's. */
  Sent bounced(String to, String original, Instant time) throws IOException {
    String message = dsn(to, original);
    Sent sent = submitted("daemon", "", to, time, message, false);
    SubmissionRecord.Builder record = sent.record().toBuilder();
    record.user = null;
    record.origin = Origin.INTERNAL;
    record.client = null;
    record.messageId = null;
    records.set(records.size() - 1, record.build());
    return new Sent(records.getLast(), sent.line(), message, sent.hop());
  }
}
