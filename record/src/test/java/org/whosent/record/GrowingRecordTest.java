package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A growing record is what merging one record after the other makes, whatever the facts are. */
class GrowingRecordTest {
  private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

  static Stream<Long> seeds() {
    return Stream.concat(
        new Random(7).longs(20).boxed(), Stream.of(19644778877706L, System.nanoTime()));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void growingIsMerging(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      SubmissionRecord first = facts(random);
      SubmissionRecord merged = bare(first);
      GrowingRecord growing = new GrowingRecord(first);
      merged = merged.merge(first);
      for (int i = random.nextInt(8); i > 0; i--) {
        SubmissionRecord next = facts(random);
        boolean same = merged.sameTransaction(next);
        assertEquals(same, growing.sameTransaction(next), "seed " + seed + ": " + next);
        boolean refused = isRefused(merged, next);
        assertEquals(refused, !merged.mergeable(next), "seed " + seed + ": " + next);
        if (same) {
          merged = merged.merge(next);
          growing.add(next);
          for (int n = rare(random) ? random.nextInt(30) : 0; n > 0; n--) {
            SourceLine line = line(random);
            growing.add(line);
            SubmissionRecord.Builder more = merged.toBuilder();
            more.provenance = SubmissionRecord.mergeProvenance(merged.provenance(), List.of(line));
            merged = more.build();
          }
        } else if (refused) {
          assertThrows(IllegalArgumentException.class, () -> growing.add(next), "seed " + seed);
        }
        assertEquals(merged, growing.record(), "seed " + seed);
      }
    }
  }

  private static boolean isRefused(SubmissionRecord merged, SubmissionRecord next) {
    try {
      merged.merge(next);
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private static SubmissionRecord bare(SubmissionRecord record) {
    SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
    builder.time = record.time();
    builder.host = record.host();
    builder.transactionId = record.transactionId();
    return builder.build();
  }

  /** One line's facts: few values, so that they agree, differ and repeat. */
  private static SubmissionRecord facts(Random random) {
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.time = START.plusMillis(random.nextInt(4) * 1500L + (rare(random) ? 1_300_000_000L : 0));
    facts.host = rare(random) ? "b" : "a";
    facts.transactionId = rare(random) ? "SECOND" : "FIRST0";
    facts.instance = rare(random) ? "postfix-2" : maybe(random, "postfix");
    facts.origin =
        random.nextInt(3) == 0 ? Origin.values()[random.nextInt(rare(random) ? 4 : 1)] : null;
    facts.user = rare(random) ? "eve" : maybe(random, "alice");
    facts.localUser = rare(random) ? "uid:2" : rare(random) ? "uid:1" : null;
    facts.aliases = rare(random) ? List.of("Z", "ALIAS" + random.nextInt(2)) : List.of();
    facts.continuations =
        rare(random)
            ? List.of(new Continuation("SECOND", facts.time, null, "filter").text())
            : List.of();
    facts.logHosts = names(random, "node", "node.example.org", "other");
    facts.attachmentDigests = names(random, "d1", "d2", "d3");
    facts.service = text(random);
    facts.protocol = text(random);
    facts.mechanism = text(random);
    facts.authorizationId = text(random);
    facts.client = text(random);
    facts.clientPort = maybe(random, random.nextInt(3));
    facts.clientName = text(random);
    facts.helo = text(random);
    facts.clientInside = maybe(random, random.nextBoolean());
    facts.tlsVersion = text(random);
    facts.tlsCipher = text(random);
    facts.mailFrom = text(random);
    facts.envelopeId = text(random);
    facts.messageId = text(random);
    facts.headerFrom = text(random);
    facts.subject = text(random);
    facts.subjectHash = text(random);
    facts.headerDate = maybe(random, START.plusSeconds(random.nextInt(3)));
    facts.size = maybe(random, (long) random.nextInt(3));
    facts.bodyDigest = text(random);
    facts.textDigest = text(random);
    facts.sketch = text(random);
    facts.expired = rare(random) ? facts.time : null;
    facts.completed = rare(random) ? facts.time : null;
    facts.recipients = random.nextInt(3) == 0 ? List.of(recipient(random)) : List.of();
    facts.provenance = random.nextInt(3) == 0 ? List.of(line(random)) : List.of();
    return facts.build();
  }

  private static SourceLine line(Random random) {
    return new SourceLine(
        rare(random) ? "g" : "f", random.nextInt(40), "%016x".formatted(random.nextInt(30)));
  }

  private static Recipient recipient(Random random) {
    Outcome outcome = maybe(random, Outcome.values()[random.nextInt(6)]);
    return new Recipient(
        "to" + random.nextInt(3),
        rare(random) ? "final" + random.nextInt(2) : null,
        maybe(random, random.nextBoolean()),
        outcome,
        "2.0.0",
        "reply" + random.nextInt(2),
        rare(random) ? "filter" : "mx",
        rare(random) ? "SECOND" : null,
        START.plusSeconds(random.nextInt(4)));
  }

  /** Mostly none, else one or two of these in any order. */
  private static List<String> names(Random random, String... all) {
    if (random.nextInt(4) > 0) {
      return List.of();
    }
    String one = all[random.nextInt(all.length - (rare(random) ? 0 : 1))];
    return rare(random) ? List.of(one, all[0]) : List.of(one);
  }

  private static boolean rare(Random random) {
    return random.nextInt(12) == 0;
  }

  private static <T> T maybe(Random random, T value) {
    return random.nextInt(3) == 0 ? value : null;
  }

  private static String text(Random random) {
    return maybe(random, "v" + random.nextInt(3));
  }
}
