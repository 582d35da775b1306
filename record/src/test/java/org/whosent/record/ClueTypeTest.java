package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ClueTypeTest {
  @Test
  void whatIsIndexedIsWhatIsAskedFor() {
    SubmissionRecord record = Records.full();
    HashSet<String> codes = new HashSet<>();
    for (ClueType type : ClueType.values()) {
      assertTrue(codes.add(type.code()), "two clues under one code: " + type.code());
      for (String value : type.of(record)) {
        assertEquals(value, type.fold(value), "folding twice is folding once: " + type);
      }
    }
    assertEquals(List.of("4jY9Sb6Dptzbyx3", "4jY9Sb6Dptzbyx4"), ClueType.TRANSACTION_ID.of(record));
    assertEquals(List.of("x@example.org"), ClueType.MESSAGE_ID.of(record));
    assertEquals("x@example.org", ClueType.MESSAGE_ID.fold(" <x@\r\n example.org>"));
    assertEquals(
        ClueType.USER.of(record).getFirst(), ClueType.USER.fold(record.user().toUpperCase()));
    assertEquals(List.of("a@example.net", "b@example.net"), ClueType.RECIPIENT.of(record));
    assertEquals("example.net", ClueType.RECIPIENT_DOMAIN.fold("@Example.NET"));
    assertEquals(List.of(), ClueType.MAIL_FROM.of(record), "the null reverse-path finds nobody");
    assertEquals(List.of("QQ 314159 +="), ClueType.ENVELOPE_ID.of(record));
    assertEquals("QQ 314159 +=", ClueType.ENVELOPE_ID.fold(" QQ\r\n\t314159 +="), "folded again");
    assertEquals("ABC", ClueType.NEXT_HOP_ID.of(record).getFirst());
  }

  @Test
  void foreignQueueIdsKeepTheirCaseAndOursDoNot() {
    assertEquals("4jY9Sb6Dptzbyx3", ClueType.TRANSACTION_ID.fold("4jY9Sb6Dptzbyx3"));
    String ours = new TransactionId(1_795_000_000_000L, 1, 2, 3).toString();
    assertEquals(ours, ClueType.TRANSACTION_ID.fold(ours.toLowerCase()));
  }

  @Test
  void composedAndDecomposedLoginsAreOne() {
    assertEquals(
        ClueType.USER.fold("m\u00fcller@example.org"),
        ClueType.USER.fold("MU\u0308LLER@example.org"));
  }

  @Test
  void addressesHaveOneText() {
    assertEquals("2001:db8::1", ClueType.CLIENT.fold("IPv6:2001:0DB8:0:0:0:0:0:1"));
    assertEquals("192.0.2.1", ClueType.CLIENT.fold("::ffff:192.0.2.1"));
    assertEquals("x.x.x.x", ClueType.CLIENT.fold("x.x.x.x"));
  }

  @Test
  void everyCapitalIsFoldedWhereverItStands() {
    for (int length = 1; length <= 21; length++) {
      String small = "x".repeat(length);
      assertEquals(small, ClueType.USER.fold(small));
      for (int at = 0; at < length; at++) {
        for (char capital : new char[] {'A', 'X', 'Z', '\u00dc'}) {
          String given = small.substring(0, at) + capital + small.substring(at + 1);
          assertEquals(given.toLowerCase(Locale.ROOT), ClueType.USER.fold(given), given);
        }
        for (char other : new char[] {'@', '[', '`', '{', '0', '\u007f'}) {
          String given = small.substring(0, at) + other + small.substring(at + 1);
          assertEquals(given, ClueType.USER.fold(given));
        }
      }
    }
  }
}
