package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * A content filter gave a message back and no line says under which ID: it is followed to whoever
 * submitted it, and mail that programs on the same host send themselves is not.
 */
class FilteredMailTest extends MadeUpMail {
  private static final String USER = "a@example.com";
  private static final String BEFORE = "AAAA111122";
  private static final String AFTER = "BBBB333344";

  private SubmissionRecord before;
  private SubmissionRecord after;

  @BeforeEach
  void filtered() throws IOException {
    String mail = mail(USER, "<1@x>", TEXT);
    before =
        edited(
            submit(USER, BEFORE, null, mail, false),
            r -> r.recipients = List.of(at("filter", NOON.plusSeconds(1))));
    after =
        edited(
            submit(null, AFTER, "CCCC5555", mail, false),
            r -> {
              r.time = NOON.plusMillis(500);
              r.origin = Origin.LOCAL;
              r.localUser = "65534";
              r.client = null;
              r.mailFrom = USER;
              r.size = before.size() + 116;
            });
    set(before, after);
  }

  private static Recipient at(String nextHop, Instant time) {
    return at("r@far.example", false, nextHop, time);
  }

  private static Recipient at(String address, Boolean local, String nextHop, Instant time) {
    return new Recipient(
        address, null, local, Outcome.DELIVERED, "2.0.0", "ok", nextHop, null, time);
  }

  private static SubmissionRecord edited(
      SubmissionRecord record, Consumer<SubmissionRecord.Builder> edit) {
    SubmissionRecord.Builder builder = record.toBuilder();
    edit.accept(builder);
    return builder.build();
  }

  private void set(SubmissionRecord... all) {
    records.clear();
    records.addAll(List.of(all));
  }

  @Test
  void whatAProgramGaveBackIsTheUsers() throws IOException {
    named(ask(AFTER), USER, Confidence.STRONG);
    for (String none : new String[] {"", null}) {
      set(edited(before, r -> r.messageId = none), edited(after, r -> r.messageId = none));
      named(ask(AFTER), USER, Confidence.STRONG);
    }
  }

  @Test
  void whatABrokenConnectionToOurOwnServerGaveBackIsTheUsers() throws IOException {
    set(
        edited(
            before,
            r -> r.recipients = List.of(at("127.0.0.1[127.0.0.1]:10024", NOON.plusSeconds(60)))),
        edited(
            after,
            r -> {
              r.origin = Origin.UNAUTHENTICATED;
              r.localUser = null;
              r.client = "127.0.0.1";
            }));
    named(ask(AFTER), USER, Confidence.STRONG);
  }

  @Test
  void mailOfOtherProgramsIsNot() throws IOException {
    List<Consumer<SubmissionRecord.Builder>> others = new ArrayList<>();
    others.add(r -> r.mailFrom = "b@example.com");
    others.add(r -> r.messageId = "<2@x>");
    others.add(r -> r.messageId = null);
    others.add(r -> r.size = before.size() + 9000);
    others.add(r -> r.size = null);
    others.add(r -> r.host = "other.example.com");
    // After the filter was done with it, whoever has got the message can copy it.
    others.add(r -> r.time = NOON.plusSeconds(10));
    others.add(r -> r.time = NOON.minusSeconds(10));
    others.add(r -> r.recipients = List.of(Recipient.of("s@far.example")));
    others.add(
        r -> r.recipients = List.of(Recipient.of("r@far.example"), Recipient.of("s@far.example")));
    // From outside nobody can be our filter.
    others.add(
        r -> {
          r.origin = Origin.UNAUTHENTICATED;
          r.client = "203.0.113.66";
        });
    for (Consumer<SubmissionRecord.Builder> other : others) {
      set(before, edited(after, other));
      assertEquals(Verdict.UNAUTHENTICATED, ask(AFTER).verdict());
    }
  }

  @Test
  void whatWasNeverWithAFilterWasNotGivenBack() throws IOException {
    for (String nextHop : new String[] {"mx.far.example[203.0.113.9]:25", null, ""}) {
      set(
          edited(before, r -> r.recipients = List.of(at(nextHop, NOON.plus(Duration.ofHours(1))))),
          after);
      assertEquals(Verdict.UNAUTHENTICATED, ask(AFTER).verdict());
    }
  }

  /**
   * Mallory's mailbox takes the message and says each time that it could not. Meanwhile he hands in
   * another text as the user's, for somebody who had got the message, or for himself.
   */
  @Test
  void aRecipientWhoPutsHisDeliveryOffGaveNothingBack() throws IOException {
    String mallory = "mallory@example.com";
    Instant later = NOON.plus(Duration.ofHours(5));
    for (Recipient his :
        new Recipient[] {
          at(mallory, true, "local", later), at(mallory, null, "maildrop", later),
        }) {
      set(
          edited(
              before, r -> r.recipients = List.of(at("mx.far.example[203.0.113.9]:25", NOON), his)),
          edited(after, r -> r.time = NOON.plusSeconds(3600)));
      assertEquals(Verdict.UNAUTHENTICATED, ask(AFTER).verdict(), his.nextHop());
    }
    set(
        edited(before, r -> r.recipients = List.of(at(mallory, true, "local", later))),
        edited(after, r -> r.recipients = List.of(Recipient.of(mallory))));
    assertEquals(Verdict.UNAUTHENTICATED, ask(AFTER).verdict());
  }

  @Test
  void ofTwoThatFitNeitherIsNamed() throws IOException {
    SubmissionRecord other =
        edited(
            before,
            r -> {
              r.transactionId = "DDDD777788";
              r.user = "b@example.com";
            });
    set(before, other, after);
    assertEquals(Verdict.UNAUTHENTICATED, ask(AFTER).verdict());
  }
}
