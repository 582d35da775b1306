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
import org.junit.jupiter.api.Test;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Mail, forgeries and complaints that nobody thought of: a seeded inventor makes up submissions,
 * has another user or an outsider put any part of a victim's message into his own, and has
 * complainants cut, quote, wrap and blacken what they got. Whatever comes out: nobody is named who
 * did not submit it, the same input has the same answer, and what carries no evidence changes
 * nothing.
 *
 * <p>A failure prints the seed; {@code -Dwhosent.seed=N} runs that one again, {@code
 * -Dwhosent.seeds=N} so many fresh ones.
 */
class InventedMutationsTest extends MadeUpMail {
  private static final int ROUNDS = 150;
  private static final List<String> USERS =
      List.of("victim@example.com", "bob@example.com", "carol@example.com", "dave");
  private static final int LEAST_TEXT = 40;
  private static final String MALLORY = "mallory@example.com";

  /** A submission with its message as the next hop got it, and what of it was delivered. */
  private record Sent(SubmissionRecord record, String line, String message, String hop) {
    String delivered() {
      return hop + line + message;
    }

    String field(String name) {
      int at = message.indexOf("\n" + name + ": ");
      int from = message.startsWith(name + ": ") ? 0 : at + 1;
      return at < 0 && from != 0 ? "" : message.substring(from, message.indexOf('\n', from) + 1);
    }
  }

  private Random random;
  private int serial;

  private static List<Long> seeds() {
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

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String words(int octets) {
    StringBuilder text = new StringBuilder();
    while (text.length() < octets) {
      text.append((char) ('a' + random.nextInt(26)))
          .append(Integer.toString(random.nextInt(100_000), 36))
          .append(chance(12) ? '\n' : ' ');
    }
    return text.append('\n').toString();
  }

  private String queueId() {
    return "4jY9%sz".formatted(Long.toString(36L * 36 * 36 * 36 * 36 + ++serial * 7919L, 36));
  }

  private String recipient() {
    return "r%d@far.example".formatted(random.nextInt(6));
  }

  private static String receivedAt(String id, String client, Instant time) {
    return received(id, client).replace(date(NOON), date(time));
  }

  /** Submits; the header may hold anything, its fields in any order. */
  private Sent submitted(
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

  private Sent honest(String user, Instant time, boolean digests) throws IOException {
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
  private String forged(Sent victim, String own, boolean allOfIt) {
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
   * A text that is not about as long as the victim's: that much a mail log tells. Some words at
   * least, or what is left is a header.
   */
  private String otherText(Sent victim) {
    int theirs = victim.message().length();
    int length = LEAST_TEXT + random.nextInt(6000);
    int least = Math.max(900, theirs / 3);
    while (Math.abs(length - theirs) < least) {
      length = LEAST_TEXT + random.nextInt(theirs + 6000);
    }
    return "\n" + words(length);
  }

  // ---- what complainants and their programs do

  private String complained(String copy) {
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
  private String complained(String copy, Sent victim) {
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

  private String once(String text, int what) {
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

  private String withoutOneField(String text, int header) {
    List<String> fields = new ArrayList<>();
    for (String field : text.substring(0, header).split("\n(?![ \t])")) {
      fields.add(field);
    }
    if (fields.size() > 1) {
      fields.remove(random.nextInt(fields.size()));
    }
    return String.join("\n", fields) + "\n" + text.substring(header);
  }

  private List<TraceResult> all(String message) throws IOException {
    return Corpus.tracer(records, keys)
        .trace(new TraceInput.Content("x.eml", message.getBytes(StandardCharsets.UTF_8)));
  }

  private void onlyNames(String user, String message, String what) throws IOException {
    List<TraceResult> results;
    try {
      results = all(message);
    } catch (org.whosent.record.message.UnreadableMessageException e) {
      return;
    }
    for (TraceResult result : results) {
      assertTrue(
          result.user() == null || result.user().equals(user),
          () -> what + "\n" + TraceText.render(result) + "\n" + message);
    }
    List<String> again = all(message).stream().map(TraceJson::line).toList();
    assertEquals(results.stream().map(TraceJson::line).toList(), again, what);
  }

  /** Nobody else is named by more than the header, and then the answer says why not. */
  private void byHeaderAtMost(String user, String message, String what) throws IOException {
    List<TraceResult> results;
    try {
      results = all(message);
    } catch (org.whosent.record.message.UnreadableMessageException e) {
      return;
    }
    for (TraceResult result : results) {
      boolean shown = result.evidence().stream().anyMatch(e -> e.check() == Check.REPLAY);
      assertTrue(
          result.user() == null
              || result.user().equals(user)
              || result.confidence() == Confidence.BY_HEADER && shown,
          () -> what + "\n" + TraceText.render(result) + "\n" + message);
    }
  }

  private void begin(long seed) throws IOException {
    random = new Random(seed);
    records.clear();
    serial = 0;
  }

  private Sent store(boolean digests) throws IOException {
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

  @Test
  void honestMailIsNobodyElses() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      int named = 0;
      for (int round = 0; round < ROUNDS; round++) {
        Sent sent = store(chance(50));
        String what = "seed %d, round %d".formatted(seed, round);
        String user = sent.record().user();
        onlyNames(user, complained(sent.delivered()), what);
        named += user.equals(all(sent.delivered()).getFirst().user()) ? 1 : 0;
      }
      assertTrue(
          named >= ROUNDS * 0.97, "seed " + seed + ": only " + named + " copies were traced");
    }
  }

  @Test
  void anotherUserCannotPutTheBlameOnHisVictim() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS; round++) {
        boolean digests = chance(50);
        Sent victim = store(digests);
        String message = forged(victim, MALLORY, chance(20)) + otherText(victim);
        String sender = chance(30) ? victim.record().mailFrom() : MALLORY;
        Instant time = victim.record().time().plusSeconds(5 + random.nextInt(3000));
        Sent sent = submitted(MALLORY, sender, recipient(), time, message, digests);
        String what = "seed %d, round %d, victim %s".formatted(seed, round, victim.record());
        onlyNames(MALLORY, sent.delivered(), what);
        onlyNames(MALLORY, complained(sent.delivered(), victim), what);
        // Whoever cuts off the forger's own field hides him, and must not name his victim.
        onlyNames(MALLORY, sent.hop() + message, what);
        onlyNames(MALLORY, complained(message, victim), what);
      }
    }
  }

  @Test
  void anOutsiderCannotPutTheBlameOnHisVictim() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS; round++) {
        Sent victim = store(chance(50));
        String message = forged(victim, "evil@evil.example", chance(20)) + otherText(victim);
        String way =
            "Delivered-To: %s\n"
                + "Received: from evil.example ([203.0.113.66])\n"
                + "\tby mx.far.example with ESMTP id %s;\n"
                + "\t%s\n";
        String top =
            way.formatted(
                recipient(), "ZZ" + queueId(), date(NOON.plusSeconds(random.nextInt(9000))));
        String what = "seed %d, round %d, victim %s".formatted(seed, round, victim.record());
        onlyNames(null, top + message, what);
        onlyNames(null, complained(top + message, victim), what);
      }
    }
  }

  /**
   * Even what cannot be told apart: any part of a message or all of it, over a text of any length,
   * and complaints about it that leave nothing but a header.
   */
  @Test
  void noReplayOfAHeaderIsNamedByMore() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS; round++) {
        boolean digests = chance(50);
        Sent victim = store(digests);
        boolean whole = chance(60);
        String header =
            whole
                ? victim.delivered().substring(0, victim.delivered().indexOf("\n\n") + 1)
                : forged(victim, "evil@evil.example", chance(50));
        int like = Math.max(20, victim.message().length() - 150 + random.nextInt(300));
        String text = "\n" + words(chance(70) ? like : random.nextInt(6000));
        String what = "seed %d, round %d, victim %s".formatted(seed, round, victim.record());
        byHeaderAtMost(null, header + text, what);
        byHeaderAtMost(null, complained(header + text), what);
        if (chance(50)) {
          Instant later = victim.record().time().plusSeconds(5 + random.nextInt(3000));
          Sent sent = submitted(MALLORY, MALLORY, recipient(), later, header + text, digests);
          byHeaderAtMost(MALLORY, complained(sent.delivered()), what);
        }
      }
    }
  }

  /**
   * A bounce of ours has no sender and no user, so less binds it; whatever somebody builds around a
   * genuine one must name nobody but whose message it returns.
   */
  @Test
  void aBounceOfOursCannotBeTurnedAgainstAnybody() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS; round++) {
        Sent victim = store(chance(50));
        String inner = forged(victim, "evil@evil.example", false) + otherText(victim);
        Sent bounce = bounced(recipient(), inner, victim.record().time().plusSeconds(60));
        String what = "seed %d, round %d, victim %s".formatted(seed, round, victim.record());
        // Genuine, of a message that an outsider sent: it returns a forgery.
        onlyNames(null, bounce.delivered(), what);
        // Its line and its form, over a forgery that nobody returned.
        String other = forged(victim, "evil@evil.example", false) + otherText(victim);
        String made = (chance(50) ? bounce.hop() : "") + bounce.line() + dsn(recipient(), other);
        onlyNames(null, made, what);
        onlyNames(null, once(made, any(List.of(0, 3, 4, 5, 6, 8, 9))), what);
        // Another user's mail, with the bounce's line above his own text or below it.
        String spam = bounce.line() + "From: " + MALLORY + "\nSubject: x\n\n" + words(400);
        Sent sent =
            submitted(
                MALLORY,
                chance(50) ? MALLORY : "",
                recipient(),
                victim.record().time().plusSeconds(90),
                chance(50) ? spam : bounce.line() + dsn(recipient(), other),
                chance(50));
        onlyNames(MALLORY, sent.delivered(), what);
        onlyNames(MALLORY, sent.hop() + sent.message(), what);
      }
    }
  }

  private String dsn(String to, String original) {
    return "From: MAILER-DAEMON@mail.example.com\nTo: "
        + to
        + "\nSubject: Undelivered\nMIME-Version: 1.0\nDate: "
        + date(NOON)
        + "\nContent-Type: multipart/report; report-type=delivery-status; boundary=DD\n\n"
        + "--DD\n\nno such user\n--DD\nContent-Type: message/delivery-status\n\n"
        + "Reporting-MTA: dns; mail.example.com\n\nFinal-Recipient: rfc822; "
        + recipient()
        + "\nAction: failed\nStatus: 5.1.1\n\n--DD\nContent-Type: message/rfc822\n\n"
        + original
        + "\n--DD--\n";
  }

  /** A bounce that our server made itself, without a Message-ID in the log as OpenSMTPD's. */
  private Sent bounced(String to, String original, Instant time) throws IOException {
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

  @Test
  void whatCarriesNoEvidenceChangesNothing() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS / 3; round++) {
        Sent sent = store(chance(50));
        String copy = chance(50) ? sent.delivered() : complainedOnce(sent);
        String junk = "X-Junk-%d: %s\n".formatted(random.nextInt(9), words(20).replace('\n', ' '));
        List<TraceResult> plain = all(copy);
        List<TraceResult> junked = all(junk + copy);
        assertEquals(plain.size(), junked.size());
        for (int i = 0; i < plain.size(); i++) {
          assertEquals(
              plain.get(i).verdict() + " " + plain.get(i).user() + " " + plain.get(i).confidence(),
              junked.get(i).verdict()
                  + " "
                  + junked.get(i).user()
                  + " "
                  + junked.get(i).confidence(),
              "seed " + seed + ", round " + round + "\n" + junk + copy);
        }
      }
    }
  }

  private String complainedOnce(Sent sent) {
    String copy = sent.delivered();
    return chance(50) ? copy.substring(0, copy.indexOf("\n\n") + 1) : sent.line() + sent.message();
  }
}
