package org.whosent.indexer.log.postfix;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.EncodedWords;
import org.whosent.record.SubmissionRecord;

/**
 * What cleanup logs of a header field where a header_checks rule says so. The field is the sender's
 * text: it ends where cleanup's own words, read from the line's end, begin. Stateless.
 */
final class PostfixHeader {
  /** cleanup(8)'s end of a header_checks line; what stands before it is the sender's. */
  private static final Pattern HEADER_TAIL =
      Pattern.compile(
          "; from=<.*> to=<.*> proto=[A-Z0-9]{1,16} helo=<([^<>]{1,512})>(?:[: ].*)?",
          Pattern.DOTALL);

  /** The same of mail that was handed in on the host itself ({@code from local}). */
  private static final Pattern LOCAL_TAIL =
      Pattern.compile("; from=<.*> to=<.*>(?:[: ].*)?", Pattern.DOTALL);

  /** {@code cleanup_message.c} shows a header's first 200 bytes: a longer subject is cut. */
  private static final int HEADER_SHOWN = 200;

  private PostfixHeader() {}

  /**
   * Reads {@code warning: header Subject: … from name[address]; from=<…> to=<…> proto=… helo=<…>}.
   *
   * @param rest behind the queue ID
   * @param facts get the header and the HELO name
   * @return false when it is no such line, or one that was cut
   */
  static boolean read(String rest, SubmissionRecord.Builder facts) {
    int from = rest.indexOf("header ") + "header ".length();
    int tail = rest.lastIndexOf("; from=<");
    if (tail < from) {
      return false;
    }
    Matcher matcher = HEADER_TAIL.matcher(rest).region(tail, rest.length());
    int source = rest.lastIndexOf(" from ", tail);
    boolean remote = matcher.matches();
    boolean local =
        rest.startsWith(" from local;", source)
            && LOCAL_TAIL.matcher(rest).region(tail, rest.length()).matches();
    if (!remote && !local || source < from) {
      return false;
    }
    String header = rest.substring(from, source);
    if (header.getBytes(StandardCharsets.UTF_8).length >= HEADER_SHOWN) {
      return false;
    }
    if (header.regionMatches(true, 0, "Subject:", 0, 8)) {
      facts.subject = EncodedWords.decode(header.substring(8).strip());
    } else if (header.regionMatches(true, 0, "From:", 0, 5)) {
      facts.headerFrom = EncodedWords.decode(header.substring(5).strip());
    } else {
      return false;
    }
    facts.helo = remote ? matcher.group(1) : null;
    return true;
  }
}
