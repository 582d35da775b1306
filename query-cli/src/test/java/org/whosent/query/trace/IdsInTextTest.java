package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/** Identifiers that a complainant copied into his text, without the message they are from. */
class IdsInTextTest extends MadeUpMail {
  private static final String MALLORY = "mallory@example.com";
  private static final String VICTIM = "victim@example.com";
  private static final String HIS = "4jY9Sb6Dptzbyx3";
  private static final String VICTIMS = "4jY9Sc2QmxzbySQ";

  private void submitted(String user, String id, String hopId) throws IOException {
    submit(user, id, hopId, mail(user, "<of-" + user + ">", TEXT), false);
  }

  private void sentTo(Recipient... recipients) {
    SubmissionRecord.Builder his = records.getLast().toBuilder();
    his.recipients = List.of(recipients);
    records.set(1, his.build());
  }

  /** What is copied out of a header is the line. */
  @Test
  void aMessageIdMayBeAskedForWithItsFieldsName() throws IOException {
    for (String line : List.of("Message-ID: <1@x>", "message-id:\n <1@x>\n", "Message-Id:1@x")) {
      TraceInput.Asked asked = InputReader.asked(line).orElseThrow();
      assertEquals(Kind.MESSAGE_ID, asked.kind());
      assertEquals(line.contains("<") ? "<1@x>" : "1@x", asked.text());
    }
    assertEquals(Optional.empty(), InputReader.asked("Message-ID:"));
    assertEquals(Optional.empty(), InputReader.asked("Message-ID: <1@x> <2@x>"));
    assertEquals(Optional.empty(), InputReader.asked("In-Reply-To: <1@x>"));
  }

  /** Another user put a victim's field, and the hop's above it, into his own header. */
  @Test
  void aCopiedHopDoesNotHideWhoseIdStandsBesideIt() throws IOException {
    submitted(VICTIM, VICTIMS, "BBBB22220");
    submitted(MALLORY, HIS, "AAAA11110");
    Recipient known = records.getLast().recipients().getFirst();
    Recipient unknown = Recipient.of("s@far.example");
    String text = "In the header there stand, from the top: %s, BBBB22220 and %s; stop him.\n";
    String above = text.formatted(HIS, VICTIMS);
    String below = text.formatted(VICTIMS, HIS);
    named(trace(text.formatted("CCCC33330", VICTIMS)), VICTIM, Confidence.BY_HEADER);
    nobody(trace(above), Verdict.INCONCLUSIVE);
    named(trace(below), VICTIM, Confidence.BY_HEADER);
    sentTo(known, unknown);
    nobody(trace(above), Verdict.INCONCLUSIVE);
    nobody(trace(below), Verdict.INCONCLUSIVE);
    // With his own hop's ID it is his, whatever he copied below.
    sentTo(known);
    submitted(VICTIM, VICTIMS, "BBBB22220");
    records.removeFirst();
    named(
        trace("%s, %s, and then %s\n".formatted("AAAA11110", HIS, VICTIMS)),
        MALLORY,
        Confidence.BY_HEADER);
  }

  /** One user's own messages hide nobody; the one whose hop is there is the one meant. */
  @Test
  void ofOneUsersIdsTheOneWhoseHopIsThereComesFirst() throws IOException {
    submitted(VICTIM, VICTIMS, "BBBB22220");
    submitted(VICTIM, HIS, "AAAA11110");
    sentTo(Recipient.of("s@far.example"));
    for (String ids : List.of("%s, %s, BBBB22220\n", "%2$s, BBBB22220, %1$s\n")) {
      TraceResult result = trace("There are " + ids.formatted(HIS, VICTIMS));
      named(result, VICTIM, Confidence.BY_HEADER);
      assertEquals(VICTIMS, result.record().transactionId());
    }
  }

  /** Not indexed yet, or erased: whatever stands beside it may be copied. */
  @Test
  void anIdThatOurServerGaveOutAndOfWhichNoRecordIsLeftMayBeTheTrueOne() throws IOException {
    submitted(VICTIM, VICTIMS, "BBBB22220");
    TransactionId own = ids.next();
    TransactionId forged = new TransactionId(own.millis(), 1, own.counter(), own.tag() ^ 1);
    for (String beside :
        List.of(VICTIMS, "BBBB22220", VICTIMS + " BBBB22220", "<of-victim@example.com>")) {
      nobody(trace("See %s and %s\n".formatted(own, beside)), Verdict.INCONCLUSIVE);
      nobody(trace("See %s and %s\n".formatted(beside, own)), Verdict.INCONCLUSIVE);
      named(trace("See %s and %s\n".formatted(forged, beside)), VICTIM, Confidence.BY_HEADER);
    }
    nobody(trace("See %s alone\n".formatted(own)), Verdict.NOT_FOUND);
    nobody(trace("See %s alone\n".formatted(forged)), Verdict.FORGED);
  }

  /** Where no ID of ours is there: the next hop's, else a Message-ID; of several users' none. */
  @Test
  void otherIdentifiersInAText() throws IOException {
    submitted(VICTIM, VICTIMS, "BBBB22220");
    submitted(MALLORY, HIS, "AAAA11110");
    TraceResult hop = trace("Our server had it as BBBB22220, thanks.\n");
    named(hop, VICTIM, Confidence.BY_HEADER);
    assertEquals(Kind.QUEUE_ID, hop.kind());
    assertEquals(Kind.QUEUE_ID, trace("It is " + VICTIMS + ".\n").kind());
    nobody(trace("Our server had BBBB22220 and AAAA11110, thanks.\n"), Verdict.INCONCLUSIVE);
    TraceResult messageId = trace("It has the ID <of-victim@example.com>, thanks.\n");
    named(messageId, VICTIM, Confidence.BY_HEADER);
    assertEquals(Kind.MESSAGE_ID, messageId.kind());
    nobody(trace("It has the ID <of-nobody@example.com>, thanks.\n"), Verdict.FOREIGN);
    nobody(trace("<of-victim@example.com> and <of-mallory@example.com>\n"), Verdict.INCONCLUSIVE);
    // Ours says more than a Message-ID, which is the sender's.
    named(trace(VICTIMS + " <of-mallory@example.com>\n"), VICTIM, Confidence.BY_HEADER);
    String own = ids.next().toString();
    submitted(VICTIM, own, "CCCC33330");
    assertEquals(Kind.TRANSACTION_ID, trace("It is " + own + ".\n").kind());
  }

  /** A text of any length costs the same; what stands far behind is not looked at. */
  @Test
  void onlyTheBeginningIsLookedAt() throws IOException {
    submitted(VICTIM, VICTIMS, "BBBB22220");
    StringBuilder words = new StringBuilder("Words: ");
    for (int word = 0; word < 399; word++) {
      words.append("word").append(1000 + word).append(' ');
    }
    named(trace(words + VICTIMS + "\n"), VICTIM, Confidence.BY_HEADER);
    nobody(trace(words + "word9999 " + VICTIMS + "\n"), Verdict.FOREIGN);
    String blank = " \n".repeat(127 << 10);
    named(trace("Please, " + blank + VICTIMS + "\n"), VICTIM, Confidence.BY_HEADER);
    nobody(trace("Please, " + blank + blank + VICTIMS + "\n"), Verdict.FOREIGN);
  }
}
