package org.whosent.query.output;

import java.util.List;
import org.whosent.record.JournalCodec;
import org.whosent.record.JsonOut;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/** Records as lines for people and for scripts. */
public final class RecordText {
  private static final int RECIPIENTS_SHOWN = 3;

  private RecordText() {}

  /** One line: time, ID, host, who, from where, sender, recipients. */
  public static String line(SubmissionRecord record) {
    StringBuilder out = new StringBuilder();
    out.append(Times.format(record.time())).append("  ");
    out.append(SafeText.forTerminal(record.transactionId())).append("  ");
    out.append(SafeText.forTerminal(record.host())).append("  ");
    out.append(who(record)).append("  ");
    out.append('[').append(SafeText.forTerminal(record.client())).append(']');
    // As mail logs write it. Where many share an address, the port tells them apart.
    out.append(record.clientPort() == null ? "" : ":" + record.clientPort()).append("  ");
    out.append('<').append(SafeText.forTerminal(record.mailFrom())).append("> -> ");
    List<Recipient> recipients = record.recipients();
    for (int i = 0; i < recipients.size() && i < RECIPIENTS_SHOWN; i++) {
      Recipient recipient = recipients.get(i);
      out.append(i == 0 ? "" : ", ").append('<');
      out.append(SafeText.forTerminal(recipient.address())).append('>');
      if (recipient.outcome() != null) {
        out.append(' ').append(recipient.outcome().word());
      }
    }
    if (recipients.size() > RECIPIENTS_SHOWN) {
      out.append(" and ").append(recipients.size() - RECIPIENTS_SHOWN).append(" more");
    }
    return out.toString();
  }

  /** Who sent it, in a word or two. */
  public static String who(SubmissionRecord record) {
    if (record.user() != null) {
      return SafeText.forTerminal(record.user());
    }
    if (record.localUser() != null) {
      return "(local " + SafeText.forTerminal(record.localUser()) + ")";
    }
    return record.origin() == null ? "(unknown)" : "(" + record.origin().word() + ")";
  }

  /**
   * The bare ID for {@code postsuper -d -} and the like, which take what they are given: nothing
   * but the characters of queue IDs.
   */
  public static String id(SubmissionRecord record) {
    return record.transactionId().replaceAll("[^0-9A-Za-z._-]", "?");
  }

  /** One JSON object with every field. */
  public static String json(SubmissionRecord record) {
    return JsonOut.object(true, out -> JournalCodec.show(record, out));
  }
}
