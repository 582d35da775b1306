package org.whosent.indexer.log;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code rspamd_task_write_log} writes of a message, in the default {@code log_format}: {@code
 * id: <…>, qid: <…>, ip: …, user: …, from: <…>, (default: F (no action): [score] [symbols]), len:
 * …, time: …, dns req: …, digest: <…>, rcpts: <…>}.
 *
 * <p>Message-ID and sender are the client's and are not quoted, so the line is taken only where it
 * can be read in one way: neither of them holds anything that begins a field, and between them
 * stands the client's address. A login with a comma or an angle bracket is not read. Immutable.
 *
 * @param qid null when there is none
 * @param user null when nobody had logged in
 * @param from null when there is none
 * @param action what was to be done with the message, e.g. {@code reject}
 * @param size null when it cannot be told for sure, as is {@code recipients} empty
 */
record RspamdLine(
    String messageId,
    String qid,
    String client,
    String user,
    String from,
    String action,
    Long size,
    List<String> recipients) {

  /** Before the fields, after time and host: {@code <tag>; task; rspamd_task_write_log: }. */
  static final Pattern TASK =
      Pattern.compile("(?:<[0-9A-Za-z]{1,40}>; )?task; rspamd_task_write_log: ");

  private static final Pattern FIELDS =
      Pattern.compile(
          "(?:, qid: <([A-Za-z0-9]{1,40})>)?, ip: ([0-9A-Fa-f.:]{2,45})"
              + "(?:, user: ([^,<>]{1,1024}))?(?:, from: <([^>]{0,1000})>)?"
              + ", \\(default: [TFS] \\(([a-z ]{2,40})\\): ");
  private static final List<String> MARKS =
      List.of(", qid: <", ", ip: ", ", user: ", ", from: <", "(default: ");
  private static final Pattern LENGTH = Pattern.compile(", len: ([0-9]{1,18}), time: ");
  private static final String RECIPIENTS = ">, rcpts: <";

  /** Reads the fields; null when they cannot be told for sure. */
  static RspamdLine parse(String text) {
    if (!text.startsWith("id: <")) {
      return null;
    }
    int end = text.indexOf(">, ", "id: <".length());
    if (end < 0) {
      return null;
    }
    Matcher fields = FIELDS.matcher(text).region(end + 1, text.length());
    if (!fields.lookingAt() || isMarked(text.substring(0, end)) || isMarked(fields.group(4))) {
      return null;
    }
    // Were this the client's text, the server's own fields would follow.
    if (text.indexOf("(default: ", fields.end()) >= 0) {
      return null;
    }
    String rest = text.substring(fields.end());
    Matcher length = LENGTH.matcher(rest);
    Long size = length.find() ? Long.valueOf(length.group(1)) : null;
    boolean once = size != null && !length.find();
    String messageId = text.substring("id: ".length(), end + 1);
    return new RspamdLine(
        messageId,
        fields.group(1),
        fields.group(2),
        fields.group(3),
        fields.group(4),
        fields.group(5),
        once ? size : null,
        recipients(rest));
  }

  private static boolean isMarked(String text) {
    return text != null && MARKS.stream().anyMatch(text::contains);
  }

  private static List<String> recipients(String rest) {
    int at = rest.indexOf(RECIPIENTS);
    if (at < 0 || at != rest.lastIndexOf(RECIPIENTS)) {
      return List.of();
    }
    int from = at + RECIPIENTS.length();
    int end = rest.indexOf('>', from);
    return end <= from ? List.of() : List.of(rest.substring(from, end).split(","));
  }
}
