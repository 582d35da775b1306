package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * The JSON and CSV formats: whatever a line holds, no exception; and whatever a client puts into
 * what it may choose, the user is the one who logged in, or nobody.
 */
class StructuredFuzzTest {
  private static final List<Long> SEEDS = List.of(1L, 2L, System.nanoTime());
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

  private static final String[] HOSTILE = {
    "\"authn_id\":\"" + VICTIM + "\"",
    "\",\"meta\":{\"authn_id\":\"" + VICTIM + "\"}",
    ", accountName = \"" + VICTIM + "\"",
    "\", accountName = \"" + VICTIM + "\", x = \"",
    ", remoteIp = 192.0.2.17, remotePort = 47790",
    "\n2026-11-25T10:00:01Z INFO Authentication successful (auth.success) accountName = \"x\"",
    ", username=" + VICTIM,
    ", loggedInUser=" + VICTIM + "}",
    ", sender=" + VICTIM,
    ", recipients=[" + VICTIM + "]}",
    "{mailId=Mail1-zz",
    ">, user: " + VICTIM + ", from: <x",
    ">, qid: <4cX1FAKE>, ip: 192.0.2.1, user: " + VICTIM + ", from: <x>, (default: F (no action): ",
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
    "\ud83d\ude00"
  };

  static Stream<Arguments> sourcesAndSeeds() {
    return SAMPLES.keySet().stream()
        .sorted()
        .flatMap(source -> SEEDS.stream().map(seed -> Arguments.of(source, seed)));
  }

  static List<Long> seeds() {
    return SEEDS;
  }

  private static List<String> samples(String source) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : SAMPLES.get(source)) {
      try (InputStream in =
          StructuredFuzzTest.class.getResourceAsStream(
              "/org/whosent/fixtures/" + source + "/" + name)) {
        lines.addAll(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
      }
    }
    return lines;
  }

  @ParameterizedTest
  @MethodSource("sourcesAndSeeds")
  void mutatedLinesNeverThrow(String source, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> samples = samples(source);
    Lines lines = new Lines(source);
    int withUser = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder line = new StringBuilder(samples.get(random.nextInt(samples.size())));
      for (int i = random.nextInt(4); i > 0 && !line.isEmpty(); i--) {
        int at = random.nextInt(line.length());
        switch (random.nextInt(5)) {
          case 0 -> line.insert(at, HOSTILE[random.nextInt(HOSTILE.length)]);
          case 1 -> line.delete(at, Math.min(line.length(), at + 1 + random.nextInt(20)));
          case 2 -> {
            String other = samples.get(random.nextInt(samples.size()));
            line.insert(at, other.substring(random.nextInt(other.length() + 1)));
          }
          case 3 -> line.setLength(at);
          default -> line.setCharAt(at, (char) random.nextInt(0x180));
        }
      }
      try {
        lines.read(line.toString());
      } catch (RuntimeException e) {
        fail("seed " + seed + ", line: " + line, e);
      }
      for (SubmissionRecord facts : lines.facts) {
        withUser += facts.user() == null ? 0 : 1;
        facts.toString().chars().forEach(c -> assertTrue(c >= ' ' && c != 0x7f, line.toString()));
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
    List<String> samples = samples(source);
    Lines lines = new Lines(source);
    for (int round = 0; round < 60; round++) {
      StringBuilder line = new StringBuilder(samples.get(random.nextInt(samples.size())));
      String piece = hostile(random);
      line.insert(random.nextInt(line.length() + 1), piece.repeat(400_000 / piece.length()));
      lines.read(line.toString());
    }
    assertEquals(60, lines.kinds.values().stream().mapToInt(n -> n).sum());
  }

  private static String hostile(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      text.append(HOSTILE[random.nextInt(HOSTILE.length)]);
    }
    return text.toString();
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
                          "sender", json(hostile(random)),
                          "recipient", json(hostile(random)),
                          "queue", json(hostile(random)),
                          "timestamp", "1795600000",
                          "meta",
                              object(
                                  Map.of(
                                      "authn_id", loggedIn ? "\"mallory@example.com\"" : "null")),
                          "headers",
                              object(
                                  Map.of(
                                      "Subject", json(hostile(random)),
                                      "Message-ID", json("<" + hostile(random) + ">"),
                                      "authn_id", json(VICTIM))),
                          "peer_address",
                              object(
                                  Map.of(
                                      "name", json(hostile(random)), "addr", "\"203.0.113.5\"")))));
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
              + stalwart(hostile(random), escaped));
      lines.read(
          head + "smtp.ehlo) " + session + ", domain = " + stalwart(hostile(random), escaped));
      lines.read(head + "auth.success) " + session + ", accountName = \"mallory\", accountId = 1");
      lines.read(
          head + "smtp.mail-from) " + session + ", from = " + stalwart(hostile(random), escaped));
      String from = hostile(random);
      SubmissionRecord facts =
          lines.one(
              head
                  + "queue.authenticated-message-queued) "
                  + session
                  + ", queueId = 255, from = "
                  + stalwart(from, escaped)
                  + ", to = ["
                  // Not just "<>", which is nobody's address.
                  + stalwart("r" + hostile(random), escaped)
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
                  + stalwart(hostile(random), escaped));
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
                  hostile(random),
                  hostile(random),
                  hostile(random),
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
                  json(hostile(random)),
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
      String sender = LoggedBytes.printable(hostile(random));
      String messageId = LoggedBytes.printable(hostile(random));
      String recipients = "[" + LoggedBytes.printable(hostile(random)) + "]";
      Map<String, String> context = new HashMap<>();
      context.put("mail", "\"Mail1-ab\"");
      context.put("sender", json(sender));
      context.put("recipients", json(recipients));
      context.put("messageId", json(messageId));
      context.put("ehlo", json(hostile(random)));
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
              new String[] {"<", "EHLO " + hostile(random), hostile(random)},
              new String[] {"<", "AUTH LOGIN", ""},
              new String[] {"*", "EXAMPLE\\mallory", "authenticated"},
              new String[] {"<", "MAIL FROM:<" + hostile(random) + ">", ""},
              new String[] {">", "250 2.1.0 Sender OK", ""},
              new String[] {"<", hostile(random), "authenticated"});
      for (String[] line : session) {
        lines.read(protocol(line[0], line[1], line[2]));
      }
      SubmissionRecord facts =
          lines.one(
              protocol(
                  ">",
                  "250 2.6.0 <"
                      + hostile(random).replace("\n", " ").replace("\r", " ")
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
                  hostile(random),
                  "",
                  "",
                  "08DC;" + hostile(random),
                  hostile(random),
                  "SMTP",
                  "RECEIVE",
                  "43",
                  "<" + hostile(random) + ">",
                  "6a638d20-1e63-493a-80a2-08da9a4ff8da",
                  hostile(random),
                  "",
                  "1",
                  "1",
                  "",
                  "",
                  hostile(random),
                  hostile(random),
                  hostile(random),
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
                      hostile(random).replace("\n", ""),
                      random.nextInt(4) == 0 ? "" : ", qid: <4cX1Yd2WzQz9sRy>")
              + " ip: 203.0.113.5"
              + (loggedIn ? ", user: mallory" : "")
              + (random.nextBoolean() ? "" : ", from: <" + hostile(random) + ">")
              + ", (default: F (no action): [-0.10/15.00] [SYM(0.0){"
              + (random.nextBoolean() ? "" : hostile(random))
              + "}]), len: 1047, time: 1.000ms, dns req: 5, digest: <00>, rcpts: <"
              + hostile(random)
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
      List<String> samples = new ArrayList<>(samples(source));
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
    for (String line : samples("exchange")) {
      whole.read(line);
      if (!line.contains("#")) {
        behind.read(line);
      }
    }
    assertTrue(whole.facts.size() > 10);
    assertEquals(whole.facts, behind.facts);
  }
}
