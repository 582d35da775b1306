package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Recipient;

/**
 * The hand-written grammars of the lines that every message has are those of the regular
 * expressions beside them here, on lines that are nearly right.
 */
class PostfixGrammarTest {
  private static final Pattern REST =
      Pattern.compile(
          "relay=([^, ]{1,512}),(?: conn_use=[0-9]+,)? delay=[0-9.-]+,(?: delays=[0-9./-]+,)?"
              + "(?: (?!dsn=[245]\\.[0-9]{1,3}\\.[0-9]{1,3},)[a-z_]{1,30}=[^, ]{0,200},)*+"
              + "(?: dsn=([245]\\.[0-9]{1,3}\\.[0-9]{1,3}),)?"
              + "(?: [a-z_]{1,30}=[^, ]{0,200},)*"
              + " status=([A-Za-z]{1,20}) \\((.*)\\) {0,9}");
  private static final Pattern CLIENT =
      Pattern.compile(
          "(([^\\[\\], ]{1,255})\\[([^\\[\\], ]{1,255})])(?::(?:([0-9]{1,5})|unknown))?");
  private static final Pattern ESTABLISHED =
      Pattern.compile(
          "(?:(?:Anonymous|Untrusted|Trusted|Verified) )?TLS connection established from"
              + " ([^\\[\\], ]{1,255}\\[[^\\[\\], ]{1,255}])(?::(?:[0-9]{1,5}|unknown))?"
              + "(?: to [^ :]{1,255})?: ([A-Za-z0-9.]{1,16}) with cipher ([A-Za-z0-9_-]{1,64}) .*");
  private static final String ID = "([A-Za-z0-9][A-Za-z0-9._@/+-]{3,99})";

  /** The ID is looked at and not taken, since it may hold the beginning of the next match. */
  private static final List<Pattern> REPLIES =
      List.of(
          Pattern.compile("\\bqueued as (?=" + ID + "(?:," + ID + ")?)", Pattern.CASE_INSENSITIVE),
          Pattern.compile("^forwarded as (?=" + ID + ")"),
          Pattern.compile("\\bOK id=(?=" + ID + ")"));

  private final Words words = new Words();

  static Stream<Long> seeds() {
    return Stream.concat(new Random(3).longs(10).boxed(), Stream.of(System.nanoTime()));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void fatesReadAsTheExpressionDoes(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String rest =
          mutated(
              random,
              "relay=mx.example[192.0.2.1]:25, conn_use=2, delay=0.21, delays=0.1/0/0/0.2,"
                  + " dsn=2.0.0, tls=x, status=sent (250 2.0.0 Ok: status=sent (x))");
      Matcher matcher = REST.matcher(rest);
      String expected =
          matcher.matches() && List.of("sent", "deferred").contains(matcher.group(3))
              ? matcher.group(1) + '|' + matcher.group(2) + '|' + matcher.group(4)
              : null;
      Recipient read =
          new PostfixDelivery(words)
              .parse(LineBytes.of("to=<a@b.example>, " + rest), 0, null, Instant.EPOCH);
      boolean counted =
          read != null && List.of("DELIVERED", "DEFERRED").contains(read.outcome() + "");
      String relay = read == null || read.nextHop() == null ? "none" : read.nextHop();
      if (expected != null && expected.startsWith("none|")) {
        continue; // discarded
      }
      assertEquals(
          expected,
          counted ? relay + '|' + read.status() + '|' + read.reply() : null,
          "seed " + seed + ": " + rest);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void clientsReadAsTheExpressionDoes(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String port = random.nextBoolean() ? "25" : "unknown";
      String rest = mutated(random, "mail.example[2001:db8::1]:" + port);
      Matcher matcher = CLIENT.matcher(rest);
      boolean matches = matcher.matches();
      PostfixClient client = PostfixClient.parse(LineBytes.of("client=" + rest), 0, words);
      assertEquals(matches, client != null, "seed " + seed + ": " + rest);
      if (matches) {
        assertEquals(matcher.group(1), client.text());
        assertEquals(
            matcher.group(4), client.port() == null ? null : rest.substring(matcher.start(4)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void handshakesReadAsTheExpressionDoes(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String message =
          mutated(
              random,
              "Anonymous TLS connection established from unknown[2001:db8::1]:25 to mail.example:"
                  + " TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)");
      PostfixSessions sessions = new PostfixSessions(new Forgotten());
      Matcher matcher = ESTABLISHED.matcher(message);
      assertEquals(
          matcher.matches(),
          sessions.read("mail", "1", LineBytes.of(message), 0),
          "seed " + seed + ": " + message);
      if (matcher.matches()) {
        PostfixSessions.Tls tls = sessions.of("mail", "1", matcher.group(1));
        assertEquals(
            new PostfixSessions.Tls(matcher.group(1), matcher.group(2), matcher.group(3)), tls);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void repliesReadAsTheExpressionsDo(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String reply =
          mutated(
              random,
              random.nextBoolean()
                  ? "250 2.0.0 from MTA: 250 Queued as 4jY9Sc19QnzbyS5 queued as ABC"
                  : "forwarded as 4jY9Sc19QnzbyS5 250 OK id=1xVWLY-0000CA-0X");
      String expected = null;
      for (Pattern form : REPLIES) {
        Matcher matcher = form.matcher(reply);
        String id = null;
        while (matcher.find()) {
          boolean two = matcher.groupCount() > 1 && matcher.group(2) != null;
          id = matcher.group(two ? 2 : 1);
        }
        if (id != null) {
          expected = id;
          break;
        }
      }
      assertEquals(expected, NextHopReply.queueId(reply), "seed " + seed + ": " + reply);
    }
  }

  /** The text with up to three characters or stretches taken out, put in, doubled or changed. */
  private static String mutated(Random random, String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = random.nextInt(4); i > 0 && out.length() > 8; i--) {
      int at = random.nextInt(out.length());
      int to = Math.min(out.length(), at + 1 + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> out.delete(at, to);
        case 1 -> out.insert(at, " ,:[]()=/.0A<>_".charAt(random.nextInt(15)));
        case 2 -> out.insert(at, out.substring(at, to));
        default -> out.setCharAt(at, " ,:[]()=/.0A<>_".charAt(random.nextInt(15)));
      }
    }
    return out.toString();
  }
}
