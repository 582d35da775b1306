package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/**
 * What one of our servers got from another one is followed back to whoever submitted it, over
 * several of them; what only looks so, since IDs repeat and a stranger's server may reply with any,
 * is nobody's.
 */
class HandOversTest extends MadeUpMail {
  private static final String USER = "a@example.com";
  private static final String FIRST = "AAAA111122";
  private static final String SECOND = "BBBB333344";
  private static final String FILTER = "127.0.0.1[127.0.0.1]:10024";

  private final String mail = mail(USER, "<1@x>", TEXT);
  private SubmissionRecord first;
  private SubmissionRecord second;

  @BeforeEach
  void handedOn() throws IOException {
    first =
        edited(
            submit(USER, FIRST, null, mail, false),
            r -> r.recipients = List.of(at(FILTER, SECOND, NOON.plusSeconds(2))));
    second =
        edited(
            submit(null, SECOND, "CCCC5555", mail, false),
            r -> {
              r.time = NOON.plusSeconds(1);
              r.client = "127.0.0.1";
            });
  }

  private static Recipient at(String nextHop, String id, Instant time) {
    return new Recipient(
        "r@far.example", null, false, Outcome.DELIVERED, "2.0.0", "ok", nextHop, id, time);
  }

  private static SubmissionRecord edited(
      SubmissionRecord record, Consumer<SubmissionRecord.Builder> edit) {
    SubmissionRecord.Builder builder = record.toBuilder();
    edit.accept(builder);
    return builder.build();
  }

  private Verdict asked(Site site, SubmissionRecord... all) throws IOException {
    records.clear();
    records.addAll(List.of(all));
    TraceResult result =
        Corpus.tracer(records, keys, site)
            .trace(InputReader.asked(all[all.length - 1].transactionId()).orElseThrow())
            .getFirst();
    assertEquals(result.verdict() == Verdict.IDENTIFIED ? USER : null, result.user());
    return result.verdict();
  }

  private Verdict asked(SubmissionRecord... all) throws IOException {
    return asked(Corpus.SITE, all);
  }

  private Site site(String yaml) throws Exception {
    Files.writeString(directory.resolve(Site.FILE), yaml);
    return Site.read(directory);
  }

  @Test
  void overSeveralOfOurServers() throws IOException {
    SubmissionRecord[] way = new SubmissionRecord[6];
    way[0] = first;
    for (int i = 1; i < way.length; i++) {
      String next = i + 1 < way.length ? "BBBB33334" + (i + 4) : null;
      String id = i == 1 ? SECOND : "BBBB33334" + (i + 3);
      way[i] =
          edited(
              second,
              r -> {
                r.transactionId = id;
                r.recipients = List.of(at(FILTER, next, NOON.plusSeconds(2)));
              });
    }
    assertEquals(Verdict.IDENTIFIED, asked(way));
    way[3] = edited(way[3], r -> r.recipients = List.of(at(FILTER, null, NOON)));
    assertEquals(Verdict.UNAUTHENTICATED, asked(way));
  }

  /** Exchange's message tracking has the message, and its receive log who had logged in. */
  @Test
  void anotherLogOfTheServerNamesWhoItWas() throws IOException {
    SubmissionRecord named = edited(first, r -> r.recipients = List.of());
    SubmissionRecord tracked =
        edited(
            named,
            r -> {
              r.transactionId = "6a638d20-1e63-493a-80a2-08da9a4ff804";
              r.aliases = List.of(FIRST);
              r.time = NOON.plusSeconds(1);
              r.origin = null;
              r.user = null;
            });
    assertEquals(Verdict.IDENTIFIED, asked(named, tracked));
    assertEquals(Verdict.IDENTIFIED, asked(tracked, named));
    SubmissionRecord named2 = edited(tracked, r -> r.user = USER); // the other way round
    SubmissionRecord nameless =
        edited(
            named,
            r -> {
              r.origin = null;
              r.user = null;
            });
    assertEquals(Verdict.IDENTIFIED, asked(named2, nameless));
    assertEquals(Verdict.IDENTIFIED, asked(nameless, named2));
    for (Consumer<SubmissionRecord.Builder> other :
        List.<Consumer<SubmissionRecord.Builder>>of(
            r -> r.host = "other.example",
            r -> r.messageId = "<2@x>",
            r -> r.messageId = null,
            r -> r.client = "192.0.2.99",
            r -> r.client = null,
            r -> r.time = NOON.plusSeconds(60),
            r -> r.aliases = List.of(),
            r -> r.origin = Origin.UNAUTHENTICATED)) {
      assertNotEquals(Verdict.IDENTIFIED, asked(named, edited(tracked, other)));
    }
    SubmissionRecord another = edited(named, r -> r.user = "b@example.com");
    assertNotEquals(Verdict.IDENTIFIED, asked(named, another, tracked));
  }

  /**
   * Where nobody is named, what is listed are submissions: of the filter's record it is the same.
   */
  @Test
  void aCandidateIsWhatWasSubmitted() throws IOException {
    records.clear();
    records.addAll(List.of(first, second));
    TraceResult result = trace("Message-ID: <1@x>\nFrom: z@z.example\n\nanother text\n");
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(
        List.of(FIRST), result.candidates().stream().map(c -> c.record().transactionId()).toList());
    assertEquals(USER, result.candidates().getFirst().record().user());
    // The one record that is found names nobody; the one that it leads to does.
    String under = received(SECOND, "203.0.113.66");
    TraceResult copied = trace(under + mail("c@example.com", "<2@x>", OTHER.repeat(4)));
    nobody(copied, copied.verdict());
    assertEquals(List.of(USER), copied.candidates().stream().map(c -> c.record().user()).toList());
  }

  /** As OpenSMTPD writes where it relayed to; the name is its address's owner's word. */
  @Test
  void anAddressWithItsReverseName() throws IOException {
    for (String ours : List.of("127.0.0.1 (localhost)", "[::1] (localhost)")) {
      SubmissionRecord before =
          edited(first, r -> r.recipients = List.of(at(ours, SECOND, NOON.plusSeconds(2))));
      assertEquals(Verdict.IDENTIFIED, asked(before, second), ours);
    }
    for (String other :
        List.of(
            "203.0.113.66 (localhost)",
            "203.0.113.66 (mail.example.com)",
            "203.0.113.66 (x[127.0.0.1])",
            "203.0.113.66 (x (127.0.0.1))")) {
      SubmissionRecord before =
          edited(first, r -> r.recipients = List.of(at(other, SECOND, NOON.plusSeconds(2))));
      assertEquals(Verdict.UNAUTHENTICATED, asked(before, second), other);
    }
  }

  /** Two filters that know of nothing but each other, or one whose ID is its own. */
  @Test
  void aRingLeadsToNobody() throws IOException {
    SubmissionRecord third =
        edited(
            second,
            r -> {
              r.transactionId = "DDDD777788";
              r.recipients = List.of(at(FILTER, SECOND, NOON));
            });
    SubmissionRecord back =
        edited(second, r -> r.recipients = List.of(at(FILTER, "DDDD777788", NOON)));
    assertEquals(Verdict.UNAUTHENTICATED, asked(third, back));
    SubmissionRecord own = edited(second, r -> r.recipients = List.of(at(FILTER, SECOND, NOON)));
    assertEquals(Verdict.UNAUTHENTICATED, asked(own));
    assertEquals(Verdict.IDENTIFIED, asked(first, own));
  }

  @Test
  void whereTwoMayHaveBeenHandedOnNeitherWas() throws IOException {
    SubmissionRecord another =
        edited(
            first,
            r -> {
              r.transactionId = "EEEE999900";
              r.user = "b@example.com";
            });
    assertEquals(Verdict.IDENTIFIED, asked(first, second));
    assertEquals(Verdict.UNAUTHENTICATED, asked(first, another, second));
    assertEquals(
        Verdict.IDENTIFIED, asked(first, edited(another, r -> r.messageId = "<2@x>"), second));
  }

  @Test
  void anIdOfAnotherTimeOrMessageIsAnotherOne() throws IOException {
    for (Duration apart : List.of(Duration.ofHours(2), Duration.ofDays(-3))) {
      Instant then = second.time().plus(apart);
      assertEquals(
          Verdict.UNAUTHENTICATED,
          asked(edited(first, r -> r.recipients = List.of(at(FILTER, SECOND, then))), second));
      // Where it is not said when, it was when the message came in.
      assertEquals(
          Verdict.IDENTIFIED,
          asked(edited(first, r -> r.recipients = List.of(at(FILTER, SECOND, null))), second));
      assertEquals(
          Verdict.UNAUTHENTICATED,
          asked(
              edited(
                  first,
                  r -> {
                    r.time = then;
                    r.recipients = List.of(at(FILTER, SECOND, null));
                  }),
              second));
    }
    // An hour is what a queue may take.
    Instant later = second.time().plus(Duration.ofMinutes(50));
    assertEquals(
        Verdict.IDENTIFIED,
        asked(edited(first, r -> r.recipients = List.of(at(FILTER, SECOND, later))), second));
    assertEquals(Verdict.UNAUTHENTICATED, asked(edited(first, r -> r.messageId = "<2@x>"), second));
    assertEquals(Verdict.IDENTIFIED, asked(edited(first, r -> r.messageId = null), second));
    assertEquals(Verdict.IDENTIFIED, asked(edited(first, r -> r.messageId = "1@x"), second));
    assertEquals(Verdict.IDENTIFIED, asked(first, edited(second, r -> r.messageId = null)));
  }

  @Test
  void onlyWhereOurLogSaysThatItWentToOneOfOurs() throws Exception {
    String relays = "hosts:\n  - {name: mail.example.com}\nrelays: [out.example.com, 192.0.2.50]\n";
    Site listed = site(relays);
    for (String hop :
        new String[] {
          "192.0.2.50[192.0.2.50]:25",
          "out.example.com[203.0.113.66]:25",
          "gone.example[192.0.2.50]:25",
          "mail.example.com",
          "mail.example.com[203.0.113.66]:25",
          "[::1]:10024",
        }) {
      SubmissionRecord from = edited(first, r -> r.recipients = List.of(at(hop, SECOND, NOON)));
      assertEquals(Verdict.IDENTIFIED, asked(listed, from, second), hop);
    }
    for (String hop :
        new String[] {
          "mx.evil.example[203.0.113.66]:25",
          "[203.0.113.66]:25",
          "mail.example.com.evil.example",
          "]192.0.2.50[",
          "",
          null,
        }) {
      SubmissionRecord from = edited(first, r -> r.recipients = List.of(at(hop, SECOND, NOON)));
      assertEquals(Verdict.UNAUTHENTICATED, asked(listed, from, second), "" + hop);
    }
  }

  /** The stranger whose server replied with our ID, or who learnt it, hands his own mail in. */
  @Test
  void onlyWhatCameFromOneOfOurs() throws Exception {
    Site listed =
        site("hosts:\n  - {name: mail.example.com}\nrelays: [out.example.com, 192.0.2.50]\n");
    record From(String client, String name) {}
    for (From ours :
        List.of(
            new From("127.0.0.1", null),
            new From("::1", null),
            new From("192.0.2.50", "unknown"),
            new From(null, null),
            new From("203.0.113.5", "mail.example.com"),
            new From("203.0.113.5", "out.example.com"))) {
      SubmissionRecord came =
          edited(
              second,
              r -> {
                r.client = ours.client();
                r.clientName = ours.name();
                r.origin = ours.client() == null ? Origin.LOCAL : Origin.UNAUTHENTICATED;
              });
      assertEquals(Verdict.IDENTIFIED, asked(listed, first, came), "" + ours);
    }
    for (From other :
        List.of(
            new From("203.0.113.66", null),
            new From("203.0.113.66", ""),
            new From("203.0.113.66", "evil.example"),
            new From("no address", null))) {
      SubmissionRecord came =
          edited(
              second,
              r -> {
                r.client = other.client();
                r.clientName = other.name();
              });
      assertEquals(Verdict.UNAUTHENTICATED, asked(listed, first, came), "" + other);
    }
  }

  /** Some servers log the name that the address claims: by itself it shows nothing. */
  @Test
  void withoutAnIdTheNameOfAClientIsNotEnough() throws Exception {
    Site listed = site("hosts:\n  - {name: mail.example.com}\nrelays: [out.example.com]\n");
    SubmissionRecord with =
        edited(first, r -> r.recipients = List.of(at("filter", null, NOON.plusSeconds(5))));
    SubmissionRecord came = edited(second, r -> r.mailFrom = USER);
    assertEquals(Verdict.IDENTIFIED, asked(listed, with, came));
    SubmissionRecord named =
        edited(
            came,
            r -> {
              r.client = "203.0.113.5";
              r.clientName = "out.example.com";
            });
    assertEquals(Verdict.UNAUTHENTICATED, asked(listed, with, named));
  }
}
