package org.whosent.indexer.log.exim;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.record.SubmissionRecord;

/**
 * What an arrival's line says behind {@code S=size}: the message's own names, which its sender
 * chooses, and so quoted or read by the grammar of addresses. It must reach to the line's end.
 *
 * @param messageId in angle brackets; null when there is none or it is too long
 * @param subject as it was; null where it may have been cut
 * @param recipients empty when the line names none (+received_recipients), and when it is torn
 * @param torn that the next line begins among the recipients
 * @param inQuotes that it may be what stands at the end of a subject or of an address' quotes: the
 *     domain of a signature, which Exim writes as it is, has a quote in it where these would end
 */
record EximArrivalRest(
    String messageId, String subject, List<String> recipients, boolean torn, boolean inQuotes) {

  /** {@code receive.c} shows the first 100 bytes of a subject. */
  private static final int SUBJECT_SHOWN = 100;

  private static final Pattern FIELD = Pattern.compile("S=[0-9]+");

  private static final byte[] EIGHT_BIT = LineBytes.word(" M8S=");
  private static final byte[] DSN = LineBytes.word(" DSN=");
  private static final byte[] DKIM = LineBytes.word(" DKIM=");
  private static final byte[] ARC = LineBytes.word(" ARC");
  private static final byte[] DMARC = LineBytes.word(" DMARC");
  private static final byte[] DMARC_RESULT = LineBytes.word(" DMARC=");
  private static final byte[] TIME_TAKEN = LineBytes.word(" RT=");
  private static final byte[] QUEUE = LineBytes.word(" Q=");

  /** Without the angle brackets. */
  private static final int LONGEST = SubmissionRecord.LONGEST_MESSAGE_ID - 2;

  private static final byte[] MESSAGE_ID = LineBytes.word(" id=");
  private static final byte[] MESSAGE_ID_MADE = LineBytes.word(" id*=");
  private static final byte[] SUBJECT = LineBytes.word(" T=");
  private static final byte[] FROM = LineBytes.word(" from ");
  private static final byte[] FOR = LineBytes.word(" for ");

  /** Reads from the cursor's place on; null when something else stands there. */
  static EximArrivalRest read(EximCursor cursor, LineBytes text) {
    boolean inQuotes = false;
    int before = cursor.at;
    while (cursor.digits(EIGHT_BIT)
        || cursor.skipBare(DSN)
        || cursor.skip(DKIM)
        || cursor.flag(ARC)
        || cursor.flag(DMARC) // since 4.100
        || cursor.skipBare(DMARC_RESULT)
        || cursor.skipBare(TIME_TAKEN)
        || cursor.skipBare(QUEUE)) {
      inQuotes |= cursor.maybeQuoteEnds(before, cursor.at);
      before = cursor.at; // nothing that a record keeps
    }
    String messageId = null;
    if (cursor.take(MESSAGE_ID) || cursor.take(MESSAGE_ID_MADE)) { // "*": +msg_id_created
      int from = cursor.at;
      int end = EximText.addressEnd(text, from, ' ');
      if (end < 0) {
        return null;
      }
      messageId = end - from > LONGEST ? null : text.text('<', from, end, '>');
      cursor.at = end;
    }
    int quoted = cursor.quoted(SUBJECT);
    String subject = quoted < 0 ? null : text.text(quoted, cursor.at - 1);
    cursor.path(FROM);
    List<String> recipients = new ArrayList<>();
    boolean torn = false;
    if (!cursor.atEnd()) {
      if (!cursor.take(FOR)) {
        return null;
      }
      do {
        int from = cursor.at;
        int end = EximText.addressEnd(text, from, ' ');
        if (end < 0) {
          return null;
        }
        torn = EximId.end(text, from) == end;
        recipients.add(text.text(from, end));
        cursor.at = end + 1;
      } while (!torn && cursor.at <= text.end());
    }
    return new EximArrivalRest(
        messageId, shown(subject), torn ? List.of() : recipients, torn, inQuotes);
  }

  /** The subject as it was; null where it may have been cut. */
  private static String shown(String quoted) {
    if (quoted == null || quoted.isEmpty()) {
      return null;
    }
    if (EximText.isBare(quoted)) {
      return quoted.length() >= SUBJECT_SHOWN ? null : quoted;
    }
    byte[] bytes = EximText.unquoted(quoted);
    return bytes.length == 0 || bytes.length >= SUBJECT_SHOWN ? null : EximText.shown(bytes);
  }

  /** True when a field stands where a recipient should: a login that itself held " S=1 for ". */
  boolean hasField() {
    for (String recipient : recipients) {
      if (recipient.startsWith("S=") && FIELD.matcher(recipient).matches()) {
        return true;
      }
    }
    return false;
  }
}
