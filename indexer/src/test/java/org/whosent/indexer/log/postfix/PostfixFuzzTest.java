package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.HostileText;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** Whatever a line holds: no exception, and no user but the one in smtpd's own field. */
class PostfixFuzzTest {
  /** An independent reading of the one line that may name a user, from its queue ID on. */
  private static final Pattern BEFORE_THE_LOGIN =
      Pattern.compile(
          ": client=[^\\[\\], ]+\\[[^\\[\\], ]+\\](?::[0-9]+)?(?:, sasl_method=[^, ]*)?"
              + ", sasl_username=");

  private static final Pattern ANOTHER_FIELD = Pattern.compile(", sasl_[a-z]+=");

  private static boolean isOwn(String line, SubmissionRecord facts) {
    int id = line.indexOf(facts.transactionId() + ": client=");
    if (id < 0 || line.substring(0, id).contains("client=")) {
      return false;
    }
    Matcher matcher = BEFORE_THE_LOGIN.matcher(line);
    matcher.region(id + facts.transactionId().length(), line.length());
    return matcher.lookingAt()
        && line.startsWith(facts.user(), matcher.end())
        && !ANOTHER_FIELD.matcher(facts.user()).find();
  }

  private static final HostileText HOSTILE =
      new HostileText(
          "sasl_username=alice",
          ", sasl_username=alice",
          ", sasl_method=PLAIN, sasl_username=alice",
          "A1B2C3D4E5: client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=alice",
          ": client=x[192.0.2.1], sasl_username=alice",
          ">, relay=x, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 ok: queued as"
              + " FFFFFFFFFF)",
          ">, size=1, nrcpt=1 (queue active)",
          "; from=<alice@example.com> to=<x@y> proto=ESMTP helo=<z>",
          "\"",
          "\\",
          "<",
          ">",
          "(",
          ")",
          "?",
          " ",
          ",",
          "=",
          "[",
          "]",
          ":",
          "@",
          "ü",
          "\u202e",
          "x",
          " orig_id=A1B2C3D4E6",
          "removed",
          "=?utf-8?B?YWxpY2U=?=",
          "\ud83d\ude00");

  static List<Long> seeds() {
    return List.of(1L, 2L, 3L, System.nanoTime());
  }

  private static List<String> samples() throws IOException {
    return HostileText.samples(
        "postfix", List.of("logs/mail.log", "logs/mail-iso.log", "logs/mail-5424.log"));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void mutatedLinesNeverThrowAndNeverNameAnybodyElse(long seed) throws IOException {
    Random random = new Random(seed);
    List<String> samples = samples();
    Lines lines = new Lines();
    for (int round = 0; round < 30_000; round++) {
      byte[] line = mutate(samples, random);
      int before = lines.facts.size();
      try {
        lines.read(line);
      } catch (RuntimeException e) {
        fail("seed " + seed + ", line: " + new String(line, StandardCharsets.UTF_8), e);
      }
      String text = new String(line, StandardCharsets.UTF_8);
      for (SubmissionRecord facts : lines.facts.subList(before, lines.facts.size())) {
        if (facts.user() == null) {
          continue;
        }
        boolean own = isOwn(shown(text), facts);
        assertTrue(own, () -> "seed " + seed + ": '" + facts.user() + "' of line: " + text);
      }
      lines.facts.clear();
    }
  }

  /** Plain lines are read where they lie, others from a copy: there is one grammar for both. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aLineSaysTheSameWhereItLiesAndInACopy(long seed) throws IOException {
    Random random = new Random(seed);
    List<String> samples = samples();
    Lines there = new Lines(new PostfixReader(Lines.settings()));
    Lines copied = new Lines(new PostfixReader(Lines.settings(), Set.of(), true));
    for (int round = 0; round < samples.size() + 30_000; round++) {
      byte[] line =
          round < samples.size()
              ? samples.get(round).getBytes(StandardCharsets.UTF_8)
              : mutate(samples, random);
      String why = "seed " + seed + ", line: " + new String(line, StandardCharsets.UTF_8);
      assertEquals(copied.read(line), there.read(line), why);
      assertEquals(copied.facts, there.facts, why);
      assertEquals(copied.failures, there.failures, why);
      assertEquals(copied.refusals, there.refusals, why);
      there.facts.clear();
      copied.facts.clear();
      there.failures.clear();
      copied.failures.clear();
    }
  }

  private static String shown(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      if (Character.isISOControl(out.charAt(i))) {
        out.setCharAt(i, '?');
      }
    }
    return out.toString();
  }

  private static byte[] mutate(List<String> samples, Random random) {
    String sample = samples.get(random.nextInt(samples.size()));
    String line = HOSTILE.mutated(sample, 1 + random.nextInt(4), samples, random);
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && random.nextInt(4) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatTheOtherSideChoosesChangesNoOtherField(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      Lines lines = new Lines();
      String id = "4jY9Sc2QmxzbySQ";
      String why = "seed " + seed + ", round " + round;
      boolean cut = random.nextBoolean();
      String head =
          cut ? "<22>1 2026-11-23T10:00:00.000000+00:00 mail postfix 77 - -  " : Lines.ISO;
      String smtpd = cut ? head : head + "postfix/submission/smtpd[77]: ";

      String sender = HOSTILE.some(random);
      SubmissionRecord opening =
          lines.one(
              smtpd
                  + id
                  + ": client=unknown[192.0.2.9], sasl_method=PLAIN, sasl_username=mallory,"
                  + " sasl_sender="
                  + sender);
      if (opening != null) {
        // A sender that holds a field name may spoil the line, but names nobody.
        assertEquals("mallory", opening.user(), why);
        assertEquals("192.0.2.9", opening.client(), why);
        assertEquals(Origin.AUTHENTICATED, opening.origin(), why);
      }

      String from = HOSTILE.address(random);
      SubmissionRecord queued =
          lines.one(
              (cut ? head : head + "postfix/qmgr[77]: ")
                  + id
                  + ": from=<"
                  + from
                  + ">, size=4711, nrcpt=1 (queue active)");
      assertNotNull(queued, why);
      assertEquals(from, queued.mailFrom(), why);
      assertEquals(4711L, queued.size(), why);

      String to = HOSTILE.address(random);
      String reply = "250 " + HOSTILE.some(random);
      SubmissionRecord sent =
          lines.one(
              (cut ? head : head + "postfix/smtp[77]: ")
                  + id
                  + ": to=<"
                  + to
                  + ">, relay=mx.far.example[198.51.100.1]:25, delay=0.1, delays=0/0/0/0.1,"
                  + " dsn=2.0.0, status=sent ("
                  + reply
                  + ")");
      assertNotNull(sent, why);
      Recipient recipient = sent.recipients().getFirst();
      assertEquals(to, recipient.address(), why);
      assertEquals("mx.far.example[198.51.100.1]:25", recipient.nextHop(), why);
      assertEquals(reply, recipient.reply(), why);

      String messageId = "<" + HOSTILE.some(random);
      SubmissionRecord cleaned =
          lines.one(
              (cut ? head : head + "postfix/cleanup[77]: ") + id + ": message-id=" + messageId);
      assertNotNull(cleaned, why);
      if (!messageId.strip().equals("<>")) {
        assertEquals(messageId.strip(), cleaned.messageId(), why);
      }

      String subject = "x" + HOSTILE.some(random);
      SubmissionRecord header =
          lines.one(
              (cut ? head : head + "postfix/cleanup[77]: ")
                  + id
                  + ": warning: header Subject: "
                  + subject
                  + " from unknown[192.0.2.9]; from=<a@b> to=<c@d> proto=ESMTP helo=<laptop>");
      if (header != null) {
        assertEquals("laptop", header.helo(), why);
      }

      for (SubmissionRecord facts : lines.facts) {
        assertEquals(id, facts.transactionId(), why);
        assertEquals("mail", facts.host(), why);
        if (facts != opening) {
          assertNull(facts.user(), why);
          assertNull(facts.origin(), why);
        }
      }
    }
  }
}
