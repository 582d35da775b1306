package org.whosent.indexer.log.sendmail;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Under which further IDs a message goes on in the same queue, with no {@code from=} of their own.
 * Sendmail writes these words before anything that a stranger may have written, so that it is a
 * message's own line that says so. Stateless.
 *
 * <ul>
 *   <li>{@code ID: NEWID: clone: owner=…}: a list with an owner, whose members get the clone.
 *   <li>{@code ID: split: [maxrcpts=N, rcpts=N, ]count=N, ids=NEWID; NEWID}: recipients of several
 *       queue groups, or more than a group takes in one envelope ({@code r=}). A part may be split
 *       again, before what it is a part of.
 * </ul>
 */
final class SendmailParts {
  private static final Pattern CLONE =
      Pattern.compile("([A-Za-z0-9]{8,20}): clone: owner=.*", Pattern.DOTALL);

  private static final String SPLIT_WORD = "split: ";
  private static final Pattern SPLIT =
      Pattern.compile(
          "split: (?:maxrcpts=[0-9]{1,6}, rcpts=[0-9]{1,6}, )?count=[0-9]{1,6}, ids?="
              + "([A-Za-z0-9]{8,20}(?:; [A-Za-z0-9]{8,20})*+)");

  private SendmailParts() {}

  /** The IDs; none when the text behind a message's ID is no such line. */
  static List<String> of(String rest) {
    if (rest.startsWith(SPLIT_WORD)) {
      Matcher split = SPLIT.matcher(rest);
      return split.matches() ? ids(Stream.of(split.group(1).split("; "))) : List.of();
    }
    Matcher clone = CLONE.matcher(rest);
    return clone.matches() ? ids(Stream.of(clone.group(1))) : List.of();
  }

  private static List<String> ids(Stream<String> words) {
    return words.filter(SendmailReader::isQueueId).distinct().toList();
  }
}
