package org.whosent.msa.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whosent.msa.auth.UserLimits;

/** Rates against a plain list of what was sent. */
class UserRatesTest {
  private static final long U = UserLimits.UNLIMITED;

  @Test
  void noSpanEverHoldsMoreThanTheLimit() {
    for (long seed : new long[] {7, System.nanoTime()}) {
      Random random = new Random(seed);
      UserRates rates = new UserRates();
      UserLimits limits = new UserLimits(10, 60, 30, 200, U);
      List<long[]> sent = new ArrayList<>();
      long time = 1_800_000_000L;
      int refused = 0;
      for (int i = 0; i < 5000; i++) {
        time += random.nextInt(900);
        long recipients = 1 + random.nextInt(6);
        Instant at = Instant.ofEpochSecond(time);
        if (rates.take("U\u00fcser", limits, at, recipients) != null) {
          refused++;
          continue;
        }
        sent.add(new long[] {time, recipients});
        String why = "seed " + seed + " step " + i;
        long now = time;
        assertTrue(count(sent, now - 3600, false) <= 10, why);
        assertTrue(count(sent, now - 3600, true) <= 30, why);
        assertTrue(count(sent, now - 86_400, false) <= 60, why);
        assertTrue(count(sent, now - 86_400, true) <= 200, why);
      }
      assertTrue(refused > 100 && sent.size() > 100, "seed " + seed + ": " + refused);
    }
  }

  private static long count(List<long[]> sent, long since, boolean recipients) {
    return sent.stream().filter(s -> s[0] > since).mapToLong(s -> recipients ? s[1] : 1).sum();
  }

  @Test
  void whatWasSentWhileTheClockWasAheadCountsForADayAndNoLonger() {
    UserRates rates = new UserRates();
    UserLimits limits = new UserLimits(3, 4, U, U, U);
    Instant right = Instant.ofEpochSecond(1_800_000_000L);
    Instant ahead = right.plusSeconds(400 * 86_400L);
    assertNull(rates.take("alice", limits, right, 1));
    assertNull(rates.take("alice", limits, ahead, 1));
    assertNull(rates.take("alice", limits, ahead.plusSeconds(600), 1));
    // Nobody gets a second allowance by it either.
    assertNull(rates.take("alice", limits, right.plusSeconds(700), 1));
    assertNotNull(rates.take("alice", limits, right.plusSeconds(701), 1));
    assertNull(rates.take("alice", limits, right.plusSeconds(700 + 7200), 1));
    assertNotNull(rates.take("alice", limits, right.plusSeconds(701 + 7200), 1));
    Instant later = right.plusSeconds(700 + 2 * 86_400);
    for (int i = 0; i < 3; i++) {
      assertNull(rates.take("alice", limits, later, 1));
    }
  }

  @Test
  void usersAreApartAndNamesFold() {
    UserRates rates = new UserRates();
    UserLimits one = new UserLimits(1, U, U, U, U);
    Instant now = Instant.ofEpochSecond(1_800_000_000L);
    assertNull(rates.take("Alice", one, now, 1));
    assertNotNull(rates.take("aLICE", one, now, 1));
    assertNull(rates.take("bob", one, now, 1));
    rates.giveBack("alice", now, 1);
    assertNull(rates.take("alice", one, now, 1));
    // Giving back twice makes no credit.
    rates.giveBack("alice", now, 1);
    rates.giveBack("alice", now, 1);
    assertNull(rates.take("alice", one, now, 1));
    assertNotNull(rates.take("alice", one, now, 1));
    assertEquals(
        "more than 0 messages in an hour", rates.take("x", new UserLimits(0, U, U, U, U), now, 1));
  }
}
