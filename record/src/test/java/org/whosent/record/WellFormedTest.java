package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Facts are mended at every place, and become what the journal would give back. */
class WellFormedTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final String ODD = "a\ud800b\udc00";
  private static final String MENDED = "a\ufffdb\ufffd";

  private static SubmissionRecord.Builder facts() {
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.time = NOON;
    facts.host = "mail";
    facts.transactionId = "A1";
    return facts;
  }

  /** As the store keeps what is not known to be well-formed. */
  private static SubmissionRecord through(SubmissionRecord record) throws Exception {
    byte[] json = JournalCodec.encodeRecord(record);
    return JournalCodec.record(json, 0, json.length);
  }

  private static void mends(SubmissionRecord.Builder facts) throws Exception {
    SubmissionRecord before = facts.build();
    WellFormed.mend(facts);
    assertFalse(before.equals(facts.build()));
    assertEquals(through(before), facts.build());
  }

  @Test
  void everyTextOfTheBuilderIsMended() throws Exception {
    int texts = 0;
    int lists = 0;
    for (Field field : SubmissionRecord.Builder.class.getFields()) {
      SubmissionRecord.Builder facts = facts();
      if (field.getType() == String.class) {
        field.set(facts, ODD);
        mends(facts);
        assertEquals(MENDED, field.get(facts));
        texts++;
      } else if (field.getGenericType() instanceof ParameterizedType list
          && list.getActualTypeArguments()[0] == String.class) {
        field.set(facts, List.of("a", ODD));
        mends(facts);
        assertEquals(List.of("a", MENDED), field.get(facts));
        lists++;
      }
    }
    assertTrue(texts >= 22 && lists >= 3, texts + " texts, " + lists + " lists");
  }

  @Test
  void everyTextOfARecipientIsMended() throws Exception {
    for (int place = 0; place < 6; place++) {
      String[] texts = {"a@example.net", "b", "2.0.0", "ok", "hop", "ID"};
      texts[place] += ODD;
      SubmissionRecord.Builder facts = facts();
      Recipient whole = Recipient.of("whole@example.net");
      Recipient odd =
          new Recipient(
              texts[0],
              texts[1],
              true,
              Outcome.DELIVERED,
              texts[2],
              texts[3],
              texts[4],
              texts[5],
              NOON);
      facts.recipients = List.of(whole, odd);
      mends(facts);
      assertSame(whole, facts.recipients.getFirst());
    }
  }

  @Test
  void everyTextOfALineIsMended() throws Exception {
    for (int place = 0; place < 2; place++) {
      String hash = "0123456789abcdef";
      SourceLine whole = new SourceLine("log", 1, hash);
      SourceLine odd =
          new SourceLine(place == 0 ? "log" + ODD : "log", 2, place == 1 ? hash + ODD : hash);
      SubmissionRecord.Builder facts = facts();
      facts.provenance = List.of(whole, odd);
      mends(facts);
    }
  }

  @Test
  void whatIsWellFormedIsLeftAsItIs() {
    SubmissionRecord.Builder facts = facts();
    facts.user = "J\u00fcrgen \u20ac \ud83d\ude00";
    facts.recipients = new ArrayList<>(List.of(Recipient.of("\ud83d\ude00@example.net")));
    facts.aliases = List.of("B1");
    String user = facts.user;
    List<Recipient> recipients = facts.recipients;
    List<String> aliases = facts.aliases;
    WellFormed.mend(facts);
    assertSame(user, facts.user);
    assertSame(recipients, facts.recipients);
    assertSame(aliases, facts.aliases);
    assertEquals(null, facts.messageId);
  }

  /** Code point by code point. */
  @Test
  void eachLoneOneIsReplaced() {
    char[] letters = {'a', '\u00e9', '\u20ac', '\ud800', '\udbff', '\udc00', '\udfff', '\ud83d'};
    for (long seed : new long[] {1, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int round = 0; round < 20_000; round++) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
          text.append(letters[random.nextInt(letters.length)]);
        }
        StringBuilder expected = new StringBuilder();
        text.codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
            .forEach(expected::appendCodePoint);
        String mended = WellFormed.text(text.toString());
        assertEquals(expected.toString(), mended, "seed " + seed + " round " + round);
        assertEquals(mended.contentEquals(text), WellFormed.is(text.toString()));
        assertTrue(WellFormed.is(mended));
      }
    }
  }

  /** As many as a text may have: each once was one more call within the last. */
  @Test
  void aTextOfNothingElseIsMended() throws Exception {
    int longest = 1 << 16;
    assertEquals("\ufffd".repeat(longest), WellFormed.text("\ud800".repeat(longest)));
    SubmissionRecord.Builder facts = facts();
    facts.user = "\ud800".repeat(longest);
    assertEquals("\ufffd".repeat(longest), through(facts.build()).user());
  }
}
