package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/**
 * What anybody can have Postfix's own lines say: that his message is a part of somebody else's,
 * whose queue ID he knows from a copy. (Each of these was seen in the log of a live Postfix 3.7,
 * but for what has no quotes.)
 */
class PostfixStrangersTest extends WrittenLog {
  /** Where it cuts a line ({@code msg_syslog.c}). */
  private static final int CUT = 2000;

  private static final String LOCAL =
      "relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (";

  private void isOwn(String user) {
    List<SubmissionRecord> records = records();
    assertEquals(2, records.size(), records::toString);
    SubmissionRecord alices = under(records, "A11111111A");
    assertEquals("alice", alices.user());
    assertEquals(List.of(), alices.aliases());
    SubmissionRecord own = under(records, "B22222222B");
    assertEquals("B22222222B", own.transactionId());
    assertEquals(user, own.user());
  }

  /** MAIL FROM AUTH=, which Postfix takes from whoever is there, and logs with quotes and all. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "mx[198.51.100.3]|\"x, orig_queue_id=A11111111A, orig_client=\"|",
        "localhost[127.0.0.1]|\"x, orig_queue_id=A11111111A, orig_client=\"|",
        "localhost[127.0.0.1]|<x, orig_queue_id=A11111111A, orig_client=pc[192.0.2.7]>|",
        "localhost[127.0.0.1]|x\\\\\", orig_queue_id=A11111111A, orig_client=\"|",
        "localhost[127.0.0.1], sasl_method=PLAIN, sasl_username=eve"
            + "|\"x, orig_queue_id=A11111111A, orig_client=\"|eve",
        "pc[192.0.2.9], sasl_method=PLAIN, sasl_username=eve"
            + "|<x, orig_queue_id=A11111111A, orig_client=>|eve",
      })
  void aSenderThatReadsLikeXforwardJoinsNothing(String client, String sender, String user) {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("smtpd[2]", "B22222222B", "client=" + client + ", sasl_sender=" + sender, "<m@x>");
    isOwn(user);
  }

  /** A filter that hands on AUTH= and XFORWARD: the address is xtext, without a blank. */
  @ParameterizedTest
  @ValueSource(strings = {"a@example.com", "a+2Bb,c@example.com"})
  void whatAFilterForwardsStandsBehindASenderToo(String sender) {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    String client = "client=localhost[127.0.0.1], sasl_sender=" + sender;
    String forwarded = ", orig_queue_id=A11111111A, orig_client=pc[192.0.2.7]";
    message("smtpd[2]", "B22222222B", client + forwarded, "<m@x>");
    assertEquals(List.of("B22222222B"), only().aliases());
  }

  /** Of a recipient so long that the line ends, and looks whole, where he wants. */
  private void cut(String agent, String words) {
    String text = "B22222222B: to=<\"b+x>, " + words;
    line(agent, text + "y".repeat(CUT - text.length() - 1) + ")");
    assertTrue(log.getLast().length() > CUT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LOCAL + "forwarded as A11111111A ",
        LOCAL + "forwarded as A11111111A) ",
        "relay=127.0.0.1[127.0.0.1]:10024, delay=1, status=sent (" + REPLY + "A11111111A ",
      })
  void aDeliveryThatMayBeCutSaysNothing(String words) {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("smtpd[2]", "B22222222B", "client=mx[198.51.100.3]", "<m@x>");
    cut("local[7]", words);
    cut("smtp[7]", words);
    isOwn(null);
    assertEquals(List.of(), under(records(), "B22222222B").recipients());
  }

  /** The padding stands in a field, so that the reply is just what Postfix's own would be. */
  @Test
  void norDoesOneWhoseReplyIsAsItShouldBe() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    line("qmgr[6]", "A11111111A: removed");
    message("smtpd[2]", "B22222222B", "client=mx[198.51.100.3]", "<m@x>");
    String head = "B22222222B: to=<\"b+x>, relay=local, delay=1,";
    String tail = " status=sent (forwarded as A11111111A)";
    StringBuilder text = new StringBuilder(head);
    while (text.length() + tail.length() + 200 < CUT) {
      text.append(" x=").append("y".repeat(150)).append(',');
    }
    int left = CUT - text.length() - tail.length();
    text.append(" x=").append("y".repeat(left - 4)).append(',').append(tail);
    assertEquals(CUT, text.length());
    line("local[7]", text.toString());
    isOwn(null);
  }

  /** Postfix before 3.5 writes addresses without their quotes. */
  @Test
  void anAddressThatReadsLikeADeliveryForwardsNothing() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("smtpd[2]", "B22222222B", "client=mx[198.51.100.3]", "<m@x>");
    String address = "b+x>, " + LOCAL + "forwarded as A11111111A) y@example.com";
    line("local[7]", "B22222222B: to=<" + address + ">, " + LOCAL + "delivered to mailbox)");
    isOwn(null);
  }

  /** Nor can it have a next hop of ours give out an ID, by which tracing would go on. */
  @ParameterizedTest
  @ValueSource(strings = {"b+x", "b x", "b@example.com>, orig_to=<b x"})
  void norDoesItNameAQueueId(String begin) {
    message("smtpd[2]", "B22222222B", "client=mx[198.51.100.3]", "<m@x>");
    String filter = ">, relay=127.0.0.1[127.0.0.1]:10024, delay=1, status=sent (250 queued as A11)";
    String address = begin + filter.replace("A11", "A11111111A") + " y@example.com";
    line("local[7]", "B22222222B: to=<" + address + ">, " + LOCAL + "delivered to mailbox)");
    assertNull(only().recipients().getFirst().nextHopId());
    sent("smtp[7]", "B22222222B", "127.0.0.1[127.0.0.1]:10024", REPLY + "A11111111A");
    assertEquals("A11111111A", only().recipients().getLast().nextHopId());
  }

  @Test
  void whatAClientHandedInWasNotForwarded() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("smtpd[2]", "B22222222B", "client=mx[198.51.100.3]", "<m@x>");
    line("local[7]", "B22222222B: to=<b@example.com>, " + LOCAL + "forwarded as A11111111A)");
    isOwn(null);
  }

  /**
   * sendmail -f, whose line is cut where the address reads like postsuper's old queue ID. A log
   * daemon may cut sooner: there it shows by whose the file is.
   */
  @ParameterizedTest
  @CsvSource({"1999,1001", "2000,1001", "2000,89", "900,1001", "900,0"})
  void anAccountsSenderNamesNoMessageBefore(int length, int uid) {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    String head = "B22222222B: uid=" + uid + " from=<";
    String tail = "> orig_id=A11111111A";
    int left = length - head.length() - tail.length();
    message("pickup[4]", "B22222222B", (head + "y".repeat(left) + tail).substring(12), "<n@x>");
    isOwn(null);
    assertNull(under(records(), "B22222222B").localUser());
  }

  /** A long reply is no reason: what is shorter than that is read. */
  @Test
  void aLongReplyIsReadStill() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    sent("smtp[7]", "A11111111A", "mx[198.51.100.9]:25", "250 " + "y".repeat(1700));
    assertEquals(Outcome.DELIVERED, only().recipients().getFirst().outcome());
  }
}
