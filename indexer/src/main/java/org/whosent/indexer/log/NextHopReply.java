package org.whosent.indexer.log;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The queue ID in what a next hop said when it took a message. The text is the other side's, so an
 * ID from here is a claim about that hand-over and nothing else; it is cut to the characters and
 * the length that mail servers use. Stateless.
 */
final class NextHopReply {
  private static final int LONGEST_REPLY = 1000;
  private static final String ID = "([A-Za-z0-9][A-Za-z0-9._@/+-]{3,99})";

  /** By server; the last match of the first that fits, since a filter quotes the hop behind it. */
  private static final List<Pattern> FORMS =
      List.of(
          // Postfix, our MSA, Haraka's and others' plugins
          Pattern.compile("\\bqueued as " + ID, Pattern.CASE_INSENSITIVE),
          // Postfix local(8): a .forward or alias made a new message of it
          Pattern.compile("^forwarded as " + ID),
          // Exim
          Pattern.compile("\\bOK id=" + ID),
          // Exchange
          Pattern.compile("\\[InternalId=([0-9]{1,20})[],]"),
          // Google
          Pattern.compile("\\bOK +[0-9]{6,12} " + ID + " - gsmtp"),
          // KumoMTA
          Pattern.compile("\\bOK ids=" + ID),
          // Haraka
          Pattern.compile("\\bMessage Queued \\(" + ID + "\\)"),
          // Sendmail, OpenSMTPD
          Pattern.compile(" " + ID + ":? Message accepted for delivery"));

  private NextHopReply() {}

  /** The ID, or null when the reply names none that we know how to read. */
  static String queueId(String reply) {
    String text = reply.length() > LONGEST_REPLY ? reply.substring(0, LONGEST_REPLY) : reply;
    for (Pattern form : FORMS) {
      Matcher matcher = form.matcher(text);
      String id = null;
      while (matcher.find()) {
        id = matcher.group(1);
      }
      if (id != null) {
        return id;
      }
    }
    return null;
  }
}
