package org.whosent.indexer.log.postfix;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.Beginnings;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * The envelope of a message that cleanup or smtpd puts on hold or throws away, of which qmgr says
 * nothing: the sender and the recipient that the client gave last, or of smtpd's the only one.
 * Stateless.
 *
 * <p>Before the envelope stands the sender's text, or a milter's, and in an address may stand what
 * looks like the next field: where one of the marks is there twice, nothing is taken.
 *
 * <p>Known weak: where senders are rewritten (canonical maps), a held message that is released has
 * two, of which the record keeps one.
 */
final class PostfixEnvelope {
  private static final Beginnings HELD =
      new Beginnings(
          List.of(
              "hold: header ",
              "hold: mime-header ",
              "hold: nested-header ",
              "hold: body ",
              "hold: content ",
              "hold: END-OF-MESSAGE ",
              "milter-hold: END-OF-MESSAGE "));

  private static final String FROM = "; from=<";
  private static final String TO = "> to=<";
  private static final String PROTOCOL = "> proto=";

  /** The operator's or the milter's text may stand behind it. */
  private static final Pattern END =
      Pattern.compile("> proto=[A-Z0-9]{1,16} helo=<([^<>]{1,512})>(?:[: ].*)?", Pattern.DOTALL);

  private PostfixEnvelope() {}

  /**
   * Reads a line of a message that is on hold.
   *
   * @param text behind the queue ID
   * @return false when it is no such line, or one that reads in two ways
   */
  static boolean held(String text, SubmissionRecord.Builder facts) {
    return HELD.begin(text) && read(text, null, facts);
  }

  /** Reads a line of a message that is thrown away; nothing is taken where it is not clear. */
  static void discarded(String text, SubmissionRecord.Builder facts) {
    read(text, Outcome.DISCARDED, facts);
  }

  private static boolean read(String text, Outcome outcome, SubmissionRecord.Builder facts) {
    int from = only(text, FROM);
    int protocol = only(text, PROTOCOL);
    int to = text.contains(TO) ? only(text, TO) : protocol; // there were several: smtpd names none
    if (from < 0 || to < from || protocol < to) {
      return false;
    }
    Matcher end = END.matcher(text).region(protocol, text.length());
    if (!end.matches()) {
      return false;
    }
    facts.mailFrom = text.substring(from + FROM.length(), to);
    facts.helo = end.group(1);
    String address = to == protocol ? "" : text.substring(to + TO.length(), protocol);
    if (!address.isEmpty()) {
      facts.recipients =
          List.of(new Recipient(address, null, null, outcome, null, null, null, null, facts.time));
    }
    return true;
  }

  /** Where that stands, or -1 where it stands nowhere or twice. */
  private static int only(String text, String mark) {
    int at = text.indexOf(mark);
    return at == text.lastIndexOf(mark) ? at : -1;
  }
}
