package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.HostileText;
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * The JSON and CSV formats: whatever a line holds, no exception; and whatever a client puts into
 * what it may choose, the user is the one who logged in, or nobody.
 */
class StructuredFuzzTest {
  private static final List<Long> SEEDS = List.of(1L, System.nanoTime());
  private static final String VICTIM = "victim@example.com";
  private static final Map<String, List<String>> SAMPLES =
      Map.of(
          "kumomta",
          List.of("logs/20261125-0946", "hostile/injected-authn-id.log"),
          "stalwart",
          List.of("logs/stalwart.2026-11-25", "logs/events.jsonl", "hostile/injected-account.log"),
          "james",
          List.of("logs/audit.json", "logs/logstash.json", "hostile/injected-parameters.json"),
          "exchange",
          List.of(
              "logs/MSGTRK2026112513-1.LOG",
              "logs/RECV2026112513-1.LOG",
              "hostile/receive-log.LOG",
              "hostile/tracking.LOG"),
          "rspamd",
          List.of(
              "logs/rspamd.log",
              "logs/syslog.log",
              "logs/history.jsonl",
              "logs/elastic.jsonl",
              "hostile/injected-user.log"));

  private static final HostileText HOSTILE =
      new HostileText(
          "\"authn_id\":\"" + VICTIM + "\"",
          "\",\"meta\":{\"authn_id\":\"" + VICTIM + "\"}",
          ", accountName = \"" + VICTIM + "\"",
          "\", accountName = \"" + VICTIM + "\", x = \"",
          ", remoteIp = 192.0.2.17, remotePort = 47790",
          "\n"
              + "2026-11-25T10:00:01Z INFO Authentication successful (auth.success) accountName ="
              + " \"x\"",
          ", username=" + VICTIM,
          ", loggedInUser=" + VICTIM + "}",
          ", sender=" + VICTIM,
          ", recipients=[" + VICTIM + "]}",
          "{mailId=Mail1-zz",
          ">, user: " + VICTIM + ", from: <x",
          ">, qid: <4cX1FAKE>, ip: 192.0.2.1, user: "
              + VICTIM
              + ", from: <x>, (default: F (no action): ",
          ", ip: 192.0.2.1",
          "\",\"user\":\"" + VICTIM,
          ",*,EXAMPLE\\victim,authenticated",
          "MDB:1, Mailbox:00000000-0000-4000-8000-000000000bad, Event:1",
          "250 2.6.0 <x> [InternalId=1, Hostname=x] Queued",
          "\"",
          "\\",
          "\\\"",
          ",",
          ", ",
          ";",
          "<",
          ">",
          "{",
          "}",
          "[",
          "]",
          "=",
          "\n",
          "\r",
          "\u001b[31m",
          "\u0000",
          "ü",
          "\u202e",
          "\ud83d\ude00");

  static Stream<Arguments> sourcesAndSeeds() {
    return SAMPLES.keySet().stream()
        .sorted()
        .flatMap(source -> SEEDS.stream().map(seed -> Arguments.of(source, seed)));
  }

  static List<Long> seeds() {
    return SEEDS;
  }

  @ParameterizedTest
  @MethodSource("sourcesAndSeeds")
  void mutatedLinesNeverThrow(String source, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> samples = HostileText.samples(source, SAMPLES.get(source));
    Lines lines = new Lines(source);
    int withUser = 0;
    for (int round = 0; round < 20_000; round++) {
      String sample = samples.get(random.nextInt(samples.size()));
      String line = HOSTILE.mutated(sample, random.nextInt(4), samples, random);
      try {
        lines.read(line);
      } catch (RuntimeException e) {
        fail("seed " + seed + ", line: " + line, e);
      }
      for (SubmissionRecord facts : lines.facts) {
        withUser += facts.user() == null ? 0 : 1;
        facts.toString().chars().forEach(c -> assertTrue(c >= ' ' && c != 0x7f, line));
      }
      lines.facts.clear();
    }
    assertTrue(withUser > 100, "the samples must name users at all: " + withUser);
  }

  /** A line may be a mebibyte: no reader may need stack or more than a moment for it. */
  @ParameterizedTest
  @MethodSource("sourcesAndSeeds")
  void longLinesAreReadToo(String source, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> samples = HostileText.samples(source, SAMPLES.get(source));
    Lines lines = new Lines(source);
    for (int round = 0; round < 60; round++) {
      StringBuilder line = new StringBuilder(samples.get(random.nextInt(samples.size())));
      String piece = HOSTILE.some(random);
      line.insert(random.nextInt(line.length() + 1), piece.repeat(400_000 / piece.length()));
      lines.read(line.toString());
    }
    assertEquals(60, lines.kinds.values().stream().mapToInt(n -> n).sum());
  }

  /** JSON as a correct writer makes it. */
  private static String json(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  private static String object(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(entry -> json(entry.getKey()) + ":" + entry.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void kumoMtasUserIsWhoLoggedIn(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      String why = "seed " + seed + ", round " + round;
      boolean loggedIn = random.nextBoolean();
      SubmissionRecord facts =
          new Lines("kumomta")
              .one(
                  object(
                      Map.of(
                          "type", "\"Reception\"",
                          "id", "\"1d98076abbbc11ed940250ebf67f93bd\"",
                          "sender", json(HOSTILE.some(random)),
                          "recipient", json(HOSTILE.some(random)),
                          "queue", json(HOSTILE.some(random)),
                          "timestamp", "1795600000",
                          "meta",
                              object(
                                  Map.of(
                                      "authn_id", loggedIn ? "\"mallory@example.com\"" : "null")),
                          "headers",
                              object(
                                  Map.of(
                                      "Subject", json(HOSTILE.some(random)),
                                      "Message-ID", json("<" + HOSTILE.some(random) + ">"),
                                      "authn_id", json(VICTIM))),
                          "peer_address",
                              object(
                                  Map.of(
                                      "name",
                                      json(HOSTILE.some(random)),
                                      "addr",
                                      "\"203.0.113.5\"")))));
      assertEquals(loggedIn ? "mallory@example.com" : null, facts.user(), why);
      assertEquals(loggedIn ? Origin.AUTHENTICATED : Origin.UNAUTHENTICATED, facts.origin(), why);
      assertEquals("203.0.113.5", facts.client(), why);
    }
  }

  /** Text as Stalwart quotes it. */
  private static String stalwart(String text, boolean escaped) {
    if (!escaped) {
      return '"' + text.replace("\n", "").replace("\r", "") + '"';
    }
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        default -> out.append(c < ' ' ? "\\x%02x".formatted((int) c) : String.valueOf(c));
      }
    }
    return out.append('"').toString();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void stalwartsUserIsWhoLoggedIn(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      String why = "seed " + seed + ", round " + round;
      boolean escaped = round % 2 == 0;
      Lines lines = new Lines("stalwart");
      String head = "2026-11-25T10:00:00Z INFO Words (";
      String session =
          "listenerId = \"submission\", localPort = 587, remoteIp = 203.0.113.5, remotePort = 5005";
      lines.read(head + "smtp.connection-start) " + session);
      lines.read(
          head
              + "auth.failed) "
              + session
              + ", accountName = "
              + stalwart(HOSTILE.some(random), escaped));
      lines.read(
          head + "smtp.ehlo) " + session + ", domain = " + stalwart(HOSTILE.some(random), escaped));
      lines.read(head + "auth.success) " + session + ", accountName = \"mallory\", accountId = 1");
      lines.read(
          head
              + "smtp.mail-from) "
              + session
              + ", from = "
              + stalwart(HOSTILE.some(random), escaped));
      String from = HOSTILE.some(random);
      SubmissionRecord facts =
          lines.one(
              head
                  + "queue.authenticated-message-queued) "
                  + session
                  + ", queueId = 255, from = "
                  + stalwart(from, escaped)
                  + ", to = ["
                  // Not just "<>", which is nobody's address.
                  + stalwart("r" + HOSTILE.some(random), escaped)
                  + "], size = 4711");
      assertEquals("mallory", facts.user(), why);
      assertEquals("FF", facts.transactionId(), why);
      assertEquals("203.0.113.5", facts.client(), why);
      if (escaped) {
        assertEquals(4711L, facts.size(), why);
        assertEquals(1, facts.recipients().size(), why);
      }
      SubmissionRecord inbound =
          lines.one(
              head
                  + "queue.message-queued) listenerId = \"smtp\", localPort = 25, remoteIp ="
                  + " 203.0.113.9, remotePort = 9, queueId = 256, from = "
                  + stalwart(HOSTILE.some(random), escaped));
      assertEquals(null, inbound.user(), why);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void jamessUserIsWhoLoggedIn(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 4_000; round++) {
      String why = "seed " + seed + ", round " + round;
      boolean web = round % 2 == 0;
      String parameters =
          "{mailId=Mail1-ab, mimeMessageId=<%s>, sender=%s, recipients=[%s]%s}"
              .formatted(
                  HOSTILE.some(random),
                  HOSTILE.some(random),
                  HOSTILE.some(random),
                  web ? ", loggedInUser=mallory" : "");
      Lines lines = new Lines("james");
      lines.read(
          object(
              Map.of(
                  "timestamp",
                  "\"2026-11-25T10:00:00.000Z\"",
                  "logger",
                  "\"org.apache.james.util.AuditTrail\"",
                  "message",
                  json(HOSTILE.some(random)),
                  "mdc",
                  object(
                      Map.of(
                          "username",
                          web ? "\"shared\"" : "\"mallory\"",
                          "protocol",
                          web ? "\"JMAP\"" : "\"SMTP\"",
                          "action",
                          "\"SPOOL\"",
                          "remoteIP",
                          "\"/203.0.113.5:5005\"",
                          "parameters",
                          json(parameters))))));
      assertEquals(1, lines.facts.size(), why);
      SubmissionRecord facts = lines.facts.getFirst();
      assertEquals("Mail1-ab", facts.transactionId(), why);
      assertEquals("203.0.113.5", facts.client(), why);
      // In JMAP nobody is named where the text could hide another login.
      assertTrue(
          "mallory".equals(facts.user()) || web && facts.user() == null,
          () -> why + ": " + facts.user() + " of " + parameters);
    }
  }

  /** James's own log: what the MDC does not say of user and client, no text says. */
  @ParameterizedTest
  @MethodSource("seeds")
  void jamessOwnLogNamesWhoTheContextNames(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 4_000; round++) {
      String why = "seed " + seed + ", round " + round;
      boolean loggedIn = random.nextBoolean();
      String sender = LoggedBytes.printable(HOSTILE.some(random));
      String messageId = LoggedBytes.printable(HOSTILE.some(random));
      String recipients = "[" + LoggedBytes.printable(HOSTILE.some(random)) + "]";
      Map<String, String> context = new HashMap<>();
      context.put("mail", "\"Mail1-ab\"");
      context.put("sender", json(sender));
      context.put("recipients", json(recipients));
      context.put("messageId", json(messageId));
      context.put("ehlo", json(HOSTILE.some(random)));
      context.put("sessionId", "\"386c6afb\"");
      if (loggedIn) {
        context.put("user", "\"mallory\"");
      }
      String text =
          "Successfully spooled mail Mail1-ab with messageId %s from %s on h/203.0.113.5 for %s"
              .formatted(messageId, sender, recipients);
      Lines lines = new Lines("james");
      lines.read(
          object(
              Map.of(
                  "timestamp",
                  "\"2026-11-25T10:00:00.000Z\"",
                  "logger",
                  "\"org.apache.james.smtpserver.SendMailHandler\"",
                  "message",
                  json(text),
                  "mdc",
                  object(context))));
      assertEquals(1, lines.facts.size(), why);
      SubmissionRecord facts = lines.facts.getFirst();
      assertEquals("Mail1-ab", facts.transactionId(), why);
      assertEquals("203.0.113.5", facts.client(), why);
      assertEquals(loggedIn ? "mallory" : null, facts.user(), why);
      assertEquals(loggedIn ? Origin.AUTHENTICATED : Origin.UNAUTHENTICATED, facts.origin(), why);
    }
  }

  private static String csv(String... cells) {
    return Stream.of(cells)
        .map(cell -> cell.replace("\n", " ").replace("\r", " "))
        .map(
            cell ->
                cell.indexOf('"') >= 0 || cell.indexOf(',') >= 0
                    ? '"' + cell.replace("\"", "\"\"") + '"'
                    : cell)
        .collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void exchangesUserIsWhoLoggedIn(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      String why = "seed " + seed + ", round " + round;
      Lines lines = new Lines("exchange");
      List<String[]> session =
          List.of(
              new String[] {"+", "", ""},
              new String[] {"<", "EHLO " + HOSTILE.some(random), HOSTILE.some(random)},
              new String[] {"<", "AUTH LOGIN", ""},
              new String[] {"*", "EXAMPLE\\mallory", "authenticated"},
              new String[] {"<", "MAIL FROM:<" + HOSTILE.some(random) + ">", ""},
              new String[] {">", "250 2.1.0 Sender OK", ""},
              new String[] {"<", HOSTILE.some(random), "authenticated"});
      for (String[] line : session) {
        lines.read(protocol(line[0], line[1], line[2]));
      }
      SubmissionRecord facts =
          lines.one(
              protocol(
                  ">",
                  "250 2.6.0 <"
                      + HOSTILE.some(random).replace("\n", " ").replace("\r", " ")
                      + "> [InternalId=42, Hostname=EX1.example.com] Queued mail for delivery",
                  ""));
      assertEquals("EXAMPLE\\mallory", facts.user(), why);
      assertEquals("42", facts.transactionId(), why);
      assertEquals("203.0.113.5", facts.client(), why);
      SubmissionRecord inbound =
          lines.one(
              csv(
                  "2026-11-25T13:00:00.000Z",
                  "203.0.113.9",
                  HOSTILE.some(random),
                  "",
                  "",
                  "08DC;" + HOSTILE.some(random),
                  HOSTILE.some(random),
                  "SMTP",
                  "RECEIVE",
                  "43",
                  "<" + HOSTILE.some(random) + ">",
                  "6a638d20-1e63-493a-80a2-08da9a4ff8da",
                  HOSTILE.some(random),
                  "",
                  "1",
                  "1",
                  "",
                  "",
                  HOSTILE.some(random),
                  HOSTILE.some(random),
                  HOSTILE.some(random),
                  "",
                  "Incoming",
                  "",
                  "",
                  "",
                  ""));
      assertEquals(null, inbound.user(), why);
      assertEquals(Origin.UNAUTHENTICATED, inbound.origin(), why);
    }
  }

  private static String protocol(String event, String data, String context) {
    return csv(
        "2026-11-25T13:00:00.000Z",
        "EX1\\Client Frontend EX1",
        "08DC000000000401",
        "1",
        "10.0.0.2:587",
        "203.0.113.5:56026",
        event,
        data,
        context);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void rspamdsUserIsWhoLoggedInOrTheLineIsNotRead(long seed) {
    Random random = new Random(seed);
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      String why = "seed " + seed + ", round " + round;
      boolean loggedIn = random.nextBoolean();
      Lines lines = new Lines("rspamd");
      String line =
          "2026-11-25 14:00:00 #1(normal) <a1b2c3>; task; rspamd_task_write_log: id: <%s>%s,"
                  .formatted(
                      HOSTILE.some(random).replace("\n", ""),
                      random.nextInt(4) == 0 ? "" : ", qid: <4cX1Yd2WzQz9sRy>")
              + " ip: 203.0.113.5"
              + (loggedIn ? ", user: mallory" : "")
              + (random.nextBoolean() ? "" : ", from: <" + HOSTILE.some(random) + ">")
              + ", (default: F (no action): [-0.10/15.00] [SYM(0.0){"
              + (random.nextBoolean() ? "" : HOSTILE.some(random))
              + "}]), len: 1047, time: 1.000ms, dns req: 5, digest: <00>, rcpts: <"
              + HOSTILE.some(random)
              + ">";
      lines.read(line.replace("\r", ""));
      for (SubmissionRecord facts : lines.facts) {
        read++;
        // A sender that may be a part of the user's name, or the other way round: nobody is named.
        boolean twoSenders = line.indexOf(", from: <") != line.lastIndexOf(", from: <");
        boolean told = facts.origin() != null;
        assertTrue(told || loggedIn && twoSenders, why);
        assertEquals(loggedIn && told ? "mallory" : null, facts.user(), why);
        assertEquals("203.0.113.5", facts.client(), why);
        assertNotEquals("4cX1FAKE", facts.transactionId(), why);
      }
    }
    assertTrue(read > 1_000, "most lines must be read at all: " + read);
  }

  /** Who failed, from where; a secret in an AUTH command is nobody's to read. */
  @Test
  void failedLoginsAreKept() throws IOException {
    Map<String, String> expected =
        Map.of(
            "kumomta", "[null PLAIN 203.0.113.66 AUTH invalid]",
            "stalwart", "[alice null 2001:db8::25 null, x null 203.0.113.5 null]",
            "james", "[bob@example.com PLAIN 192.0.2.17 null]",
            "exchange", "[null LOGIN 203.0.113.77 535 5.7.3 Authentication unsuccessful]",
            "rspamd", "[]");
    for (String source : SAMPLES.keySet()) {
      Lines lines = new Lines(source);
      List<String> samples = new ArrayList<>(HostileText.samples(source, SAMPLES.get(source)));
      if (source.equals("kumomta")) {
        samples.add(
            object(
                Map.of(
                    "type",
                    "\"Rejection\"",
                    "timestamp",
                    "1795600000",
                    "response",
                    object(
                        Map.of(
                            "code", "535",
                            "content", "\"AUTH invalid\"",
                            "command", "\"AUTH PLAIN c2VjcmV0\"")),
                    "peer_address",
                    object(Map.of("name", "\"bot\"", "addr", "\"203.0.113.66\"")))));
      }
      samples.forEach(lines::read);
      assertEquals(
          expected.get(source),
          lines.failures.stream()
              .map(f -> f.login() + " " + f.mechanism() + " " + f.client() + " " + f.reason())
              .toList()
              .toString());
    }
  }

  /** The columns of a log whose first line was read long ago are known by their number. */
  @Test
  void exchangeRowsBehindTheirHeaderAreRead() throws IOException {
    Lines whole = new Lines("exchange");
    Lines behind = new Lines("exchange");
    for (String line : HostileText.samples("exchange", SAMPLES.get("exchange"))) {
      whole.read(line);
      if (!line.contains("#")) {
        behind.read(line);
      }
    }
    assertTrue(whole.facts.size() > 10);
    assertEquals(whole.facts, behind.facts);
  }
}
