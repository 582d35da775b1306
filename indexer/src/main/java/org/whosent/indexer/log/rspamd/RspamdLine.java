package org.whosent.indexer.log.rspamd;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code rspamd_task_write_log} writes of a message, in the default {@code log_format}: {@code
 * id: <…>, qid: <…>, ip: …, user: …, from: <…>, (default: F (no action): [score] [symbols]), len:
 * …, time: …, dns req: …, digest: <…>, rcpts: <…>, mime_rcpts: <…>, file: …, forced: …}. Queue ID,
 * user and sender are left out where there are none.
 *
 * <p>Message-ID and sender are the client's and nothing is quoted. Rspamd lets no blank into the
 * Message-ID, so it ends at the first {@code ">, "}; between it and the sender stand the client's
 * address and the user. Who sends with an empty reverse-path leaves no sender, and a sender may
 * hold what begins a field: where {@code ", from: <"} comes twice behind a user, nobody is named,
 * neither user nor sender. Known weak: an account whose very name holds {@code ", from: <"} and
 * that sends with an empty reverse-path is read as the one whose name ends before it. Immutable.
 *
 * @param qid null when there is none
 * @param user null when nobody had logged in, or when it cannot be told ({@code isTold})
 * @param isTold false when a user is there and cannot be told from the sender
 * @param from null when there is none or it cannot be told
 * @param action what was to be done with the message, e.g. {@code reject}
 * @param size null when it cannot be told for sure
 * @param recipients those that can be told: Rspamd writes the first few, and quotes none
 */
record RspamdLine(
    String messageId,
    String qid,
    String client,
    String user,
    boolean isTold,
    String from,
    String action,
    Long size,
    List<String> recipients) {

  /** The function, as Rspamd's JSON log names it. */
  static final String FUNCTION = "rspamd_task_write_log";

  /** The module where the controller was asked, as by {@code rspamc} or its web pages. */
  static final String CONTROLLER = "csession";

  /**
   * Before the fields, behind time and host: {@code <tag>; task; rspamd_task_write_log: }. The
   * module is {@code proxy} where Rspamd speaks the milter protocol; {@code (normal)} comes first
   * where it leaves the time to systemd.
   */
  static final Pattern TASK =
      Pattern.compile(
          "(?:\\([a-z_ -]{1,40}\\) )?(?:<[0-9A-Za-z]{1,40}>; )?([a-z_]{1,16}); " + FUNCTION + ": ");

  private static final Pattern BEFORE =
      Pattern.compile(
          "id: (<[^ ]{0,8192}?>)(?:, qid: <([A-Za-z0-9.-]{1,64})>)?, ip: ([0-9A-Fa-f.:]{2,45})(?=,"
              + " )");
  private static final Pattern RESULT =
      Pattern.compile(", \\(default: [TFS] \\(([a-z ]{2,40})\\): ");
  private static final String USER = ", user: ";
  private static final String FROM = ", from: <";

  /** A field that only another {@code log_format} has there. */
  private static final Pattern ANOTHER = Pattern.compile(", [a-z_ ]{2,20}: <");

  private static final Pattern LENGTH = Pattern.compile(", len: ([0-9]{1,18}), time: ");
  private static final String RECIPIENTS = ">, rcpts: <";

  /** What may stand behind the recipients; which of them does is the configuration's choice. */
  private static final List<String> BEHIND =
      List.of(">, mime_rcpts: <", ">, file: ", ">, forced: ", ">, settings_id: ");

  private static final Predicate<String> ADDRESS =
      Pattern.compile("[^\\s<>\"@]{1,500}@[^\\s<>\"@]{1,255}").asMatchPredicate();

  /** Reads the fields; null when they cannot be told for sure. */
  static RspamdLine parse(String text) {
    Matcher before = BEFORE.matcher(text);
    if (!before.lookingAt()) {
      return null;
    }
    Matcher result = RESULT.matcher(text);
    int first = text.indexOf("(default: ");
    // Were this the client's text, the server's own fields would follow.
    if (!result.find(before.end())
        || first != result.start() + 2
        || text.lastIndexOf("(default: ") != first) {
      return null;
    }
    String between = text.substring(before.end(), result.start());
    if (between.contains(", ip: ") || between.contains(", qid: <")) {
      return null;
    }
    String user = null;
    String from = null;
    boolean told = true;
    int sender = between.indexOf(FROM);
    if (between.startsWith(USER)) {
      told = sender == between.lastIndexOf(FROM);
      user = told ? between.substring(USER.length(), sender < 0 ? between.length() : sender) : null;
      if (told && ANOTHER.matcher(user).find()) {
        return null;
      }
    } else if (sender != 0 && !between.isEmpty()) {
      return null;
    }
    if (sender >= 0) {
      if (!between.endsWith(">")) {
        return null;
      }
      from = told ? between.substring(sender + FROM.length(), between.length() - 1) : null;
    }
    String rest = text.substring(result.end());
    Matcher length = LENGTH.matcher(rest);
    Long size = length.find() ? Long.valueOf(length.group(1)) : null;
    boolean once = size != null && !length.find();
    return new RspamdLine(
        before.group(1),
        before.group(2),
        before.group(3),
        user,
        told,
        from,
        result.group(1),
        once ? size : null,
        recipients(rest));
  }

  private static List<String> recipients(String rest) {
    int at = rest.indexOf(RECIPIENTS);
    if (at < 0 || at != rest.lastIndexOf(RECIPIENTS)) {
      return List.of();
    }
    int from = at + RECIPIENTS.length();
    int end = rest.length();
    for (String behind : BEHIND) {
      int found = rest.indexOf(behind, from);
      end = found < 0 ? end : Math.min(end, found);
    }
    if (end == rest.length()) {
      end = rest.lastIndexOf('>');
    }
    return end <= from
        ? List.of()
        : Arrays.stream(rest.substring(from, end).split(",")).filter(ADDRESS).toList();
  }
}
