package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** Whatever a line holds: no exception, and no user but the one in Exim's own field. */
class EximFuzzTest {
  private static final String HEAD = "2026-11-23 15:54:07 1xVWMp-00006e-1u ";

  /** The second once made a line in which a field of the subject's ended it in two ways. */
  static List<Long> seeds() {
    return List.of(1L, 92326198406077L, System.nanoTime());
  }

  private static EximArrival check(EximWriter writer, String line, String why) {
    EximArrival arrival = EximArrival.parse(LineBytes.of(line), 0, new Words());
    if (arrival != null) {
      boolean doubtful = arrival.isDoubtful(); // then only what is known is there
      boolean unnamed = doubtful && arrival.login() == null;
      assertEquals(unnamed ? null : writer.login, arrival.login(), why);
      assertEquals(writer.client, arrival.client(), why);
      assertEquals(writer.sender, arrival.sender(), why);
      boolean unknown = doubtful && arrival.recipients().isEmpty();
      assertEquals(unknown ? List.of() : writer.recipients, arrival.recipients(), why);
      assertEquals(
          doubtful && arrival.size() == null ? null : Long.valueOf(4711), arrival.size(), why);
    }
    return arrival;
  }

  /** As Exim is by default: what the client says first has no blank. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatAMessageHoldsHidesAndChangesNothing(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      EximWriter writer = new EximWriter(random);
      writer.helo = random.nextBoolean() ? "[192.0.2.7]" : "A=plain:victim,id=x,S=1";
      writer.distinguishedName = random.nextBoolean() ? writer.rfc4514() : null;
      String line = writer.write();
      String why = "seed " + seed + ", line: " + line;
      EximArrival arrival = check(writer, line, why);
      assertNotNull(arrival, why);
      assertFalse(arrival.isDoubtful(), why);
    }
  }

  /**
   * As long as Exim's lines are, with as many beginnings of another reading as there is room for.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ") [",
        ") [192.0.2.1] ",
        ") [192.0.2.1] P=",
        ") [192.0.2.1] P=x S=1 ",
        ") [192.0.2.1] U=x P=x ",
        ") [192.0.2.1] P=x A=a:v S=1 ",
        ") [192.0.2.1] P=x DN=",
        "\\\" DN=",
        ") [192.0.2.1] U=x P=x DN=",
        ") [192.0.2.1] U=x P=x X=x DN=x\\\" A=a:v S=1 for "
      })
  void noMazeOfRecipientsHidesAMessage(String piece) {
    EximWriter writer = new EximWriter(new Random(1));
    writer.sender = "someone@far.example";
    writer.login = "mallory";
    for (int length : List.of(1, 60, 300, 7_000)) {
      String local = piece.repeat(Math.max(1, length / piece.length()));
      List<String> recipients = new ArrayList<>();
      for (int size = 0; size < 7_900; size += local.length() + 15) {
        recipients.add('"' + local + "\"@far.example");
      }
      writer.recipients = recipients;
      String line = writer.write();
      EximArrival arrival = check(writer, line, line);
      assertNotNull(arrival, line);
      assertFalse(arrival.isDoubtful(), line);
    }
  }

  /** With helo_accept_junk_hosts, ident and client certificates: nobody rather than another. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatASessionSaysNeverNamesAnother(long seed) {
    Random random = new Random(seed);
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      EximWriter writer = new EximWriter(random);
      writer.signersQuotesEnd = false;
      writer.helo = "x" + writer.hostile();
      writer.ident = random.nextInt(3) == 0 ? "x" + writer.hostile() : null;
      writer.distinguishedName = random.nextInt(3) == 0 ? "/CN=" + writer.hostile() : null;
      String line = writer.write();
      read += check(writer, line, "seed " + seed + ", line: " + line) == null ? 0 : 1;
    }
    assertTrue(read > 5000, "seed " + seed + ": only " + read + " lines were read");
  }

  /** The same where Exim asks for the ident and for certificates, and HELO names are names. */
  @ParameterizedTest
  @MethodSource("seeds")
  void anIdentOrACertificateHidesNoClientAndNamesNobodyElse(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      EximWriter writer = new EximWriter(random);
      writer.ident = random.nextBoolean() ? "x" + writer.hostile() : "root";
      writer.ident = writer.ident.replace(") [", ")[");
      String name = writer.hostile().replace(") [", ")[");
      writer.distinguishedName = random.nextBoolean() ? "/CN=" + name : null;
      String line = writer.write();
      String why = "seed " + seed + ", line: " + line;
      EximArrival arrival = check(writer, line, why);
      assertTrue(arrival != null || line.contains("-1u <= "), why);
    }
  }

  /** A relay that cuts lines must not help a stranger. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aLineCutBySyslogNamesNobodyElse(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      EximWriter writer = new EximWriter(random);
      writer.helo = "x" + writer.hostile() + "x".repeat(900) + writer.hostile();
      String line = "<= " + writer.write();
      String cut = line.substring(0, 900 + random.nextInt(line.length() - 900));
      Lines lines = new Lines("exim");
      lines.read("Nov 23 15:54:07 mail exim[77]: 1xVWMp-00006e-1u " + cut);
      assertEquals(List.of(), lines.facts, () -> "seed " + seed + ", line: " + cut);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatARecipientOrItsServerSaysChangesNoOtherField(long seed) {
    Random random = new Random(seed);
    EximDelivery deliveries = new EximDelivery(new Words());
    for (int round = 0; round < 20_000; round++) {
      EximWriter writer = new EximWriter(random);
      String local = writer.hostile();
      String address = '"' + local.replace("\\", "\\\\").replace("\"", "\\\"") + "\"@far.example";
      String reply = "250 " + writer.hostile();
      String line =
          "%s@far.example <%s> R=dnslookup T=remote_smtp H=mx.far.example [198.51.100.1]:25 C=\"%s\""
              .formatted(local, address, reply.replaceAll("([\"\\\\])", "\\\\$1"));
      String why = "seed " + seed + ", line: " + line;
      Recipient recipient = deliveries.parse("=>", LineBytes.of(line), 0, null);
      if (recipient != null) {
        assertEquals(address, recipient.address(), why);
        assertEquals(Outcome.DELIVERED, recipient.outcome(), why);
        assertEquals("mx.far.example[198.51.100.1]:25", recipient.nextHop(), why);
        assertEquals(reply, recipient.reply(), why);
      }
      String plain =
          "u@far.example R=dnslookup T=remote_smtp H=mx.far.example [198.51.100.1]: said " + reply;
      Recipient refused = deliveries.parse("**", LineBytes.of(plain), 0, null);
      assertNotNull(refused, why);
      assertEquals("u@far.example", refused.address(), why);
      assertEquals("said " + reply, refused.reply(), why);
    }
  }

  /**
   * Servers and replies of the lines before are remembered; each line is read as if it was alone.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatTheLinesBeforeSaidChangesNothing(long seed) {
    Random random = new Random(seed);
    Words words = new Words();
    EximDelivery deliveries = new EximDelivery(words);
    String[] hosts = {
      " H=mx.far.example [198.51.100.1]:25",
      " H=mx.far.example [198.51.100.1]:25*",
      " H=mx.far.example [198.51.100.1]",
      " H=mx.far.example [198.51.100.1]:25: said",
      " H=mx.far.example [198.51.100.1",
      " H=mx.far.example: [198.51.100.1]:25",
      " H=mx.far.example",
      " H=localhost [127.0.0.1]:10025",
      " H=localhost [::1]:10025",
      " H=mx.far.example [198.51.100.1]:25 H=mx.far.example [198.51.100.1]:25",
      ""
    };
    String[] marks = {"=>", "->", "**", "==", ">>"};
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      EximWriter writer = new EximWriter(random);
      String host = hosts[random.nextInt(hosts.length)];
      String end =
          switch (random.nextInt(5)) {
            case 0 -> " K C=\"250 2.0.0 OK id=1xVWMp-00006e-1u\"";
            case 1 -> " C=\"250 queued as AB" + random.nextInt(3) + "CD\"";
            case 2 -> " X=TLS1.3:X:256 CV=no C=\"250 " + writer.hostile() + "\"";
            case 3 -> " defer (110): Connection timed out DT=1s";
            default -> ": SMTP error from remote mail server: 550 5.1.1 no";
          };
      String line =
          random.nextInt(4) == 0
              ? writer.write()
              : "u@far.example R=r T=" + "sm".charAt(random.nextInt(2)) + host + end;
      String mark = marks[random.nextInt(marks.length)];
      String why = "seed " + seed + ", line: " + line;
      Recipient recipient =
          deliveries.parse(mark, LineBytes.of("before " + mark + ' ' + line), 10, null);
      read += recipient == null ? 0 : 1;
      assertEquals(
          new EximDelivery(new Words()).parse(mark, LineBytes.of(line), 0, null), recipient, why);
      assertEquals(
          EximArrival.parse(LineBytes.of(line), 0, new Words()),
          EximArrival.parse(LineBytes.of("before <= " + line), 10, words),
          why);
    }
    assertTrue(read > 3000, "seed " + seed + ": only " + read + " lines were read");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anAddressEndsWhereACharacterByCharacterReadingEndsIt(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder();
      String characters = random.nextBoolean() ? "ab@> " : "ab@> \\\"";
      for (int length = random.nextInt(12); text.length() < length; ) {
        text.append(characters.charAt(random.nextInt(characters.length())));
      }
      int from = random.nextInt(text.length() + 2);
      char stop = "> ".charAt(random.nextInt(2));
      assertEquals(
          addressEnd(text.toString(), from, stop),
          EximText.addressEnd(LineBytes.of(text.toString()), from, stop),
          "seed " + seed + ", from " + from + ": " + text);
    }
  }

  private static int addressEnd(String text, int from, char stop) {
    boolean quoted = false;
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (!quoted && (c == ' ' || c == stop)) {
        return at == from ? -1 : at;
      }
      quoted ^= c == '"';
      at += c == '\\' ? 2 : 1;
    }
    return quoted || at > text.length() || at == from ? -1 : at;
  }

  private static final Pattern FIELD = Pattern.compile(" A=[A-Za-z0-9_.-]+:");
  private static final Pattern ARRIVAL = Pattern.compile("([0-9A-Za-z-]{16,23}) [<(]= ");
  private static final Pattern SIZE = Pattern.compile(" S=[0-9]+(?: |$)");
  private static final Pattern FLAGS = Pattern.compile("(?: K| PRDR| PRX=[0-9a-f.:]+)*");

  /** An independent reading: the user is all that stands between a field A= and the next size. */
  private static boolean isOwn(String line, String user) {
    Matcher field = FIELD.matcher(line);
    for (int at = 0; field.find(at); at = field.start() + 1) {
      Matcher size = SIZE.matcher(line);
      if (size.find(field.end())) {
        String logged = EximText.login(line.substring(field.end(), size.start()));
        if (logged.startsWith(user) && FLAGS.matcher(logged.substring(user.length())).matches()) {
          return true;
        }
      }
    }
    return false;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void mutatedLinesNeverThrowAndNeverNameAnybodyElse(long seed) throws IOException {
    Random random = new Random(seed);
    List<String> samples = samples();
    Lines lines = new Lines("exim");
    Map<String, String> said = new HashMap<>(); // a later line may confirm what an arrival said
    for (int round = 0; round < 30_000; round++) {
      byte[] line = mutate(samples, random);
      String text = EximText.line(line, line.length);
      Matcher arrival = ARRIVAL.matcher(text);
      if (arrival.find()) {
        said.merge(arrival.group(1), text, (a, b) -> a + '\n' + b);
      }
      try {
        lines.read(line);
      } catch (RuntimeException e) {
        fail("seed " + seed + ", line: " + text, e);
      }
      for (SubmissionRecord facts : lines.facts) {
        if (facts.user() != null) {
          String by = said.getOrDefault(facts.transactionId(), "");
          assertTrue(
              by.lines().anyMatch(each -> isOwn(each, facts.user())),
              "seed " + seed + ": '" + facts.user() + "' of line: " + text);
        }
      }
      lines.facts.clear();
    }
  }

  private static List<String> samples() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : List.of("4.96/mainlog", "4.96-all/mainlog", "4.98/mainlog")) {
      try (InputStream in =
          EximFuzzTest.class.getResourceAsStream("/org/whosent/fixtures/exim/logs/" + name)) {
        lines.addAll(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
      }
    }
    return lines;
  }

  private static byte[] mutate(List<String> samples, Random random) {
    StringBuilder line = new StringBuilder(samples.get(random.nextInt(samples.size())));
    EximWriter writer = new EximWriter(random);
    for (int i = random.nextInt(4); i >= 0 && !line.isEmpty(); i--) {
      int at = random.nextInt(line.length());
      switch (random.nextInt(6)) {
        case 0 -> line.insert(at, writer.hostile());
        case 1 -> line.delete(at, Math.min(line.length(), at + 1 + random.nextInt(20)));
        case 2 -> {
          String other = samples.get(random.nextInt(samples.size()));
          line.insert(at, other.substring(random.nextInt(other.length())));
        }
        case 3 -> line.setLength(at);
        case 4 -> line.replace(0, line.length(), HEAD + "<= " + writer.write());
        default -> line.setCharAt(at, (char) random.nextInt(0x180));
      }
    }
    byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && random.nextInt(4) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
