package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.HostileText;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.reader.SessionTable;
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.indexer.log.text.Xtext;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/**
 * Sendmail, OpenSMTPD, Haraka, Dovecot: whatever a line holds, no exception, and no user but one
 * that the server itself has named as logged in.
 */
class ServersFuzzTest {
  private static final List<Long> SEEDS = List.of(1L, 86751353019415L, System.nanoTime());

  private static final HostileText HOSTILE =
      new HostileText(
          "authid=alice, mech=PLAIN, bits=0",
          ", authid=alice",
          "AUTH=server, relay=[192.0.2.9], authid=alice, mech=PLAIN, bits=0",
          ", proto=ESMTPSA, daemon=MSA, relay=[192.0.2.66]",
          ">, size=1, class=0, nrcpts=1, msgid=<x>",
          ", stat=Sent (1234567890 Message accepted for delivery)",
          " smtp authentication user=alice result=ok",
          " result=ok",
          "result=\"Ok\" stat=\"250 ok",
          "auth_user=alice txn=11111111-2222-4333-8444-555555555555.1 ip=192.0.2.9 mail_from=<x>",
          "submission(alice)<1><AAAA>: Successfully relayed message: from=<",
          ">, size=1, id=AAAAAAAAAAAA, nrcpt=1, reply=`250 ok: queued as 1A2B3C4D5E'",
          "submission-login: Login: user=<alice>, method=PLAIN, rip=192.0.2.9, session=<AAAA>",
          "sasl_username=alice",
          ": ",
          "\"",
          "\\",
          "<",
          ">",
          "(",
          ")",
          "'",
          " ",
          ",",
          "=",
          "[",
          "]",
          "ü",
          "+20",
          "\u202e",
          "\ud83d\ude00");

  static Stream<Arguments> sourcesAndSeeds() {
    return Stream.of("sendmail", "opensmtpd", "haraka", "dovecot")
        .flatMap(source -> SEEDS.stream().map(seed -> Arguments.of(source, seed)));
  }

  static List<Long> seeds() {
    return SEEDS;
  }

  private static List<String> samples(String source) throws IOException {
    List<String> names =
        switch (source) {
          case "haraka" ->
              List.of(
                  "logs/haraka.out",
                  "hostile/injected-auth-user.log",
                  "hostile/through-syslog.log");
          case "sendmail" ->
              List.of("logs/mail.log", "logs/mail-5424.log", "hostile/injected-authid.log");
          case "dovecot" ->
              List.of("logs/mail-iso.log", "hostile/injected-user.log", "hostile/own-file.log");
          default -> List.of("logs/mail.log", "logs/mail-iso.log", "hostile/injected-user.log");
        };
    return HostileText.samples(source, names);
  }

  private static final Pattern SENDMAIL =
      Pattern.compile(
          "^.*?(?:(?:sendmail|sm-[^ \\[]*)(?:\\[.*?\\])?: ?|(?:sendmail|sm-\\S*)(?: \\S+){1,3}"
              + " *\\ufeff?)(?:NOQUEUE: )?AUTH=server, relay=.*?, authid=(.*), mech=.*",
          Pattern.DOTALL);
  private static final Pattern OPENSMTPD =
      Pattern.compile(
          "^.*?[0-9a-f]{16} smtp (?:event=)?authentication user=(\\S+) .*", Pattern.DOTALL);

  /** The users that this line may name, read in a simpler way than the readers do. */
  private static void named(String source, String line, Set<String> users) {
    switch (source) {
      case "sendmail" -> {
        // A mutation may put a backslash before anything: "\\r" in a log is a carriage return.
        Matcher matcher = SENDMAIL.matcher(LoggedBytes.printed(line));
        if (matcher.matches()) {
          users.add(Xtext.decode(matcher.group(1)));
        }
      }
      case "opensmtpd" -> {
        Matcher matcher = OPENSMTPD.matcher(line);
        if (matcher.matches() && line.endsWith("result=ok")) {
          users.add(LoggedBytes.vis(matcher.group(1)));
        }
      }
      case "dovecot" -> {
        // Wherever the name may end; a login that comes a moment later tells.
        int start = line.indexOf("submission(") + "submission(".length();
        for (int end = line.indexOf(")<", start); end > start; end = line.indexOf(")<", end + 1)) {
          users.add(line.substring(start, end));
        }
      }
      default -> {}
    }
  }

  private static boolean isNamed(
      String source, String line, SubmissionRecord facts, Set<String> users) {
    String user = facts.user();
    return switch (source) {
      case "haraka" ->
          Pattern.compile(
                  "] +auth_user=" + Pattern.quote(user + " txn=" + facts.transactionId() + " ip="))
              .matcher(line)
              .find();
      case "dovecot" ->
          // In its own file the level stands between the session and what is said of it; a mutation
          // may have put one into the name.
          line.contains("submission(" + user + ")<")
              || line.replaceFirst(": Info: ", ": ").contains("submission(" + user + ")<")
              || line.contains("submission-login: Login: user=<" + user + ">")
                  && users.contains(user)
              || line.contains(facts.transactionId() + ": client=")
                  && line.contains("sasl_username=" + user);
      default -> users.contains(user);
    };
  }

  @ParameterizedTest
  @MethodSource("sourcesAndSeeds")
  void mutatedLinesNeverThrowAndNameNobodyElse(String source, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> samples = samples(source);
    Lines lines = new Lines(source);
    Set<String> users = new HashSet<>();
    int withUser = 0;
    for (int round = 0; round < 4_000; round++) {
      // Runs of neighbours, so that sessions exist, with a mutated line here and there.
      int from = random.nextInt(samples.size());
      for (int i = from; i < Math.min(samples.size(), from + 5); i++) {
        String text = random.nextInt(3) == 0 ? mutate(samples, i, random) : samples.get(i);
        String shown = shown(text);
        named(source, shown, users);
        int before = lines.facts.size();
        try {
          lines.read(text);
        } catch (RuntimeException e) {
          fail("seed " + seed + ", line: " + text, e);
        }
        for (SubmissionRecord facts : lines.facts.subList(before, lines.facts.size())) {
          if (facts.user() != null) {
            withUser++;
            assertTrue(
                isNamed(source, shown, facts, users),
                () -> "seed " + seed + ": '" + facts.user() + "' of line: " + text);
          }
        }
        lines.facts.clear();
      }
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
      String piece = random.nextInt(3) == 0 ? "\\\\\"" : HOSTILE.some(random);
      line.insert(random.nextInt(line.length() + 1), piece.repeat(400_000 / piece.length()));
      lines.read(line.toString());
    }
    assertTrue(lines.kinds.values().stream().mapToInt(n -> n).sum() == 60);
  }

  @Test
  void ofTooManySessionsTheOldestIsForgottenAndNamesNobody() {
    Lines lines = new Lines("sendmail");
    String relay = "[203.0.113.5]";
    for (int process = 0; process <= SessionTable.MANY; process++) {
      lines.read(
          Lines.ISO
              + "sendmail["
              + process
              + "]: AUTH=server, relay="
              + relay
              + ", authid=u"
              + process
              + ", mech=PLAIN, bits=0");
    }
    String message =
        ": from=<a@b>, size=1, class=0, nrcpts=1, proto=ESMTPA, daemon=MSA, relay=" + relay;
    SubmissionRecord first = lines.one(Lines.ISO + "sendmail[0]: 6ANA00aa000000" + message);
    assertNull(first.user());
    assertNull(first.origin());
    assertEquals(1, lines.kinds.get(LineKind.UNKNOWN));
    SubmissionRecord second = lines.one(Lines.ISO + "sendmail[1]: 6ANA00aa000001" + message);
    assertEquals("u1", second.user());
  }

  private static String shown(String text) {
    return LoggedBytes.printable(text);
  }

  private static String mutate(List<String> samples, int index, Random random) {
    String line = HOSTILE.mutated(samples.get(index), 1 + random.nextInt(3), samples, random);
    // A log has bytes: half of a surrogate pair cannot stand in one.
    return new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** As Sendmail logs any text ({@code str2prt}). */
  private static String printed(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b == '\\') {
        out.append("\\\\");
      } else if (b >= ' ' && b < 0x7f) {
        out.append((char) b);
      } else {
        out.append("\\%03o".formatted(b & 0xff));
      }
    }
    return out.toString();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void sendmailsFieldsAreItsOwn(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      String why = "seed " + seed + ", round " + round;
      Lines lines = new Lines("sendmail");
      String head = Lines.ISO + "sendmail[77]: ";
      String relay = "dsl.isp.example [203.0.113.5]";
      lines.read(
          head + "6ANA00aa000077: AUTH failure (PLAIN): no, user=" + printed(HOSTILE.some(random)));
      lines.read(head + "AUTH=server, relay=" + relay + ", authid=mallory, mech=PLAIN, bits=0");
      lines.read(
          head
              + "6ANA00aa000077: invalid domain name ("
              + printed(HOSTILE.some(random))
              + ") from x");
      String from = HOSTILE.address(random);
      String messageId = "<" + HOSTILE.some(random) + ">";
      SubmissionRecord sender =
          lines.one(
              head
                  + "6ANA00aa000077: from=<"
                  + printed(from)
                  + ">, size=4711, class=0, nrcpts=1, msgid="
                  + printed(messageId)
                  + ", bodytype=8BITMIME, proto=ESMTPSA, daemon=MSA, relay="
                  + relay);
      assertEquals("mallory", sender.user(), why);
      assertEquals("203.0.113.5", sender.client(), why);
      assertEquals("ESMTPSA", sender.protocol(), why);
      assertEquals("MSA", sender.service(), why);
      assertEquals(4711L, sender.size(), why);
      assertEquals(from.length() + 2 < 200 ? from : null, sender.mailFrom(), why);
      assertEquals(messageId.length() < 100 ? messageId : null, sender.messageId(), why);
      String to = HOSTILE.address(random);
      SubmissionRecord bounced =
          lines.one(
              head
                  + "6ANA00aa000077: to=<"
                  + printed(to)
                  + ">,<b@far.example>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=1,"
                  + " relay=mx.far.example. [198.51.100.1], dsn=5.1.1, reply=550 "
                  + printed(HOSTILE.some(random))
                  + ", stat=User unknown");
      assertEquals(
          List.of(to, "b@far.example"),
          bounced.recipients().stream().map(r -> r.address()).toList(),
          why);
      bounced
          .recipients()
          .forEach(
              r -> {
                assertEquals(Outcome.BOUNCED, r.outcome(), why);
                assertEquals("mx.far.example. [198.51.100.1]", r.nextHop(), why);
                assertNull(r.nextHopId(), why);
              });
      assertTrue(lines.facts.stream().allMatch(f -> f == sender || f.user() == null), why);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void openSmtpdsFieldsAreItsOwn(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      String why = "seed " + seed + ", round " + round;
      Lines lines = new Lines("opensmtpd");
      String head = Lines.ISO + "smtpd[77]: ";
      String session = head + "00000000000000aa smtp ";
      lines.read(session + "connected address=203.0.113.5 host=x.example");
      String login = HOSTILE.some(random).replace("\\", "\\\\").replace(" ", "\\040");
      lines.read(session + "authentication user=" + login + " result=permfail");
      lines.read(
          session
              + "failed-command command=\"EHLO "
              + HOSTILE.some(random)
              + "\" result=\"501 "
              + HOSTILE.some(random)
              + "\"");
      SubmissionRecord message =
          lines.one(session + "message msgid=0000000b size=4711 nrcpt=1 proto=ESMTP");
      assertNull(message.user(), why);
      assertEquals("203.0.113.5", message.client(), why);
      String reply = "250 " + HOSTILE.some(random);
      SubmissionRecord delivery =
          lines.one(
              head
                  + "00000000000000ab mta delivery evpid=0000000b00000001 from=<a@b> to=<c@d>"
                  + " rcpt=<-> source=\"192.0.2.1\" relay=\"198.51.100.1 (x)\" delay=1s"
                  + " result=\"TempFail\" stat=\""
                  + reply
                  + "\"");
      assertEquals("c@d", delivery.recipients().getFirst().address(), why);
      assertEquals(Outcome.DEFERRED, delivery.recipients().getFirst().outcome(), why);
      assertTrue(lines.facts.stream().allMatch(f -> f.user() == null), why);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void harakasFieldsAreItsOwn(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      String why = "seed " + seed + ", round " + round;
      Lines lines = new Lines("haraka");
      String id = "11111111-2222-4333-8444-555555555555.1";
      String head = "2026-11-23T10:00:00.000Z [NOTICE] [" + id + "] ";
      String from = HOSTILE.address(random);
      SubmissionRecord opening =
          lines.one(
              head
                  + "[site] auth_user=mallory txn="
                  + id
                  + " ip=203.0.113.5 mail_from=<"
                  + from
                  + ">");
      assertEquals("mallory", opening.user(), why);
      assertEquals("203.0.113.5", opening.client(), why);
      assertEquals(from, opening.mailFrom(), why);
      String to = HOSTILE.address(random);
      SubmissionRecord recipient =
          lines.one(head + "[core] recipient <" + to + "> code=OK msg=\"\" sender=x");
      assertEquals(to, recipient.recipients().getFirst().address(), why);
      String messageId = "<" + HOSTILE.some(random) + ">";
      String quoted = messageId.replace("\\", "\\\\").replace("\"", "\\\"");
      SubmissionRecord message =
          lines.one(head + "[core] message mid=\"" + quoted + "\" size=4711 rcpts=1/0/0 delay=0");
      assertEquals(messageId, message.messageId(), why);
      assertEquals(4711L, message.size(), why);
      lines.read(head + "[core] hook=x plugin=y params=\"" + HOSTILE.some(random) + "\" retval=OK");
      assertTrue(lines.facts.stream().allMatch(f -> f == opening || f.user() == null), why);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void dovecotsFieldsAreItsOwn(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      String why = "seed " + seed + ", round " + round;
      Lines lines = new Lines("dovecot");
      String head = Lines.ISO + "dovecot: ";
      lines.read(
          head
              + "submission-login: Disconnected: Aborted login (auth failed, 1 attempts in 1 secs):"
              + " user=<"
              + HOSTILE.some(random)
              + ">, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, session=<AAAA>");
      lines.read(
          head
              + "submission-login: Login: user=<mallory>, method=PLAIN, rip=203.0.113.5,"
              + " lip=192.0.2.1, mpid=800, TLS, session=<BBBB>");
      String from = HOSTILE.address(random);
      SubmissionRecord relayed =
          lines.one(
              head
                  + "submission(mallory)<800><BBBB>: Successfully relayed message: from=<"
                  + from
                  + ">, size=4711, id=OWNOWNOWN0001, nrcpt=1, reply=`250 2.0.0 Ok: queued as"
                  + " 0A1B2C3D4E'");
      assertEquals("mallory", relayed.user(), why);
      assertEquals("OWNOWNOWN0001", relayed.transactionId(), why);
      assertEquals(List.of("0A1B2C3D4E"), relayed.aliases(), why);
      assertEquals(from, relayed.mailFrom(), why);
      assertEquals(4711L, relayed.size(), why);
    }
  }
}
