package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * One of our users has got a message of another one and sends its header, our line included, below
 * his own. His own line stands on top, as our server wrote it: whatever he does to make it count
 * for nothing, the other one is not named.
 */
class FramedByAnotherUserTest extends MadeUpMail {
  private static final String VICTIM = "victim@example.com";
  private static final String VICTIMS = "4jY9Sb6Dptzbyx3";
  private static final String OWN = "4jY9Sc2QmxzbySQ";

  private final String genuine = mail(VICTIM, "<v@x>", TEXT.repeat(4));
  private final String copied = received(VICTIMS, "198.51.100.7") + mail(VICTIM, "<v@x>", OTHER);

  private SubmissionRecord.Builder victim() throws IOException {
    SubmissionRecord.Builder record =
        submit(VICTIM, VICTIMS, "AAAA1111", genuine, false).toBuilder();
    records.removeLast();
    record.size = (long) copied.replace("\n", "\r\n").length();
    return record;
  }

  private void notTheVictim(TraceResult result) {
    assertTrue(!VICTIM.equals(result.user()), TraceText.render(result));
  }

  /** Below nobody's line the victim's own message is his: it is the line above that saves him. */
  @Test
  void whatHeHimselfSentIsNamedAsHis() throws IOException {
    submit(VICTIM, VICTIMS, "AAAA1111", genuine, false);
    TraceResult result = trace(hop("AAAA1111") + received(VICTIMS, "198.51.100.7") + genuine);
    assertEquals(VICTIM, result.user(), TraceText.render(result));
  }

  @Test
  void byWritingToAnAbuseDeskOfSomebodyElse() throws IOException {
    records.add(victim().build());
    SubmissionRecord.Builder framer =
        submit("mallory@example.com", OWN, "BBBB2222", copied, false).toBuilder();
    records.removeLast();
    framer.recipients = List.of(Recipient.of("abuse@far.example"));
    records.add(framer.build());
    String desk = hop("BBBB2222").replace("r@far.example", "abuse@far.example");
    TraceResult result = trace(desk + received(OWN, "198.51.100.7") + copied);
    notTheVictim(result);
    assertTrue(
        result.candidates().stream().anyMatch(c -> "mallory@example.com".equals(c.record().user())),
        TraceText.render(result));
  }

  /** Of two Message-IDs in one message our server may log another than stands first. */
  @Test
  void byAMessageIdThatIsNotTheOneInOurLog() throws IOException {
    for (boolean content : List.of(true, false)) {
      records.clear();
      records.add(victim().build());
      SubmissionRecord.Builder framer =
          submit("mallory@example.com", OWN, "BBBB2222", copied, content).toBuilder();
      records.removeLast();
      framer.messageId = "<m@x>";
      records.add(framer.build());
      String line = received(OWN, "198.51.100.7");
      for (String above : List.of(hop("BBBB2222"), "Delivered-To: r@far.example\n", "")) {
        notTheVictim(trace(above + line + copied));
      }
    }
  }

  /** His record is gone (erased, say), but the tag of his line is ours: there was one. */
  @Test
  void byAGenuineIdOfWhichNoRecordIsLeft() throws IOException {
    records.add(victim().build());
    String line = received(ids.next().toString(), "198.51.100.7");
    TraceResult result = trace("Delivered-To: r@far.example\n" + line + copied);
    assertNull(result.user(), TraceText.render(result));
  }
}
