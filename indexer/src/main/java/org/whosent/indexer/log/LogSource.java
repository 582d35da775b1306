package org.whosent.indexer.log;

import java.util.List;
import java.util.Optional;
import org.whosent.record.site.Site;

/**
 * A log format. What an implementer owes:
 *
 * <ul>
 *   <li>Fields are taken by the daemon's own grammar, anchored at what the daemon writes. What the
 *       other side may choose (HELO, addresses, subjects, replies) never decides where a field
 *       starts or ends, and above all never the user's.
 *   <li>A line's facts depend on this line and on lines shortly before it; they fold by {@link
 *       org.whosent.record.SubmissionRecord#merge} in any order.
 *   <li>Nothing is kept without a bound.
 * </ul>
 *
 * <p>Stateless, thread-safe; state is in the reader.
 */
public interface LogSource {

  /** The word after {@code --format}. */
  String name();

  /** True when the line is surely of this format: the first lines of a file vote. */
  boolean recognises(String line);

  /**
   * True when a line that was cut off cannot be taken for a whole one. Where it can, half a login
   * could be somebody else's, and a last line without its line feed is never read.
   */
  default boolean showsItsEnd() {
    return false;
  }

  /**
   * True when who sent a message may stand in a line of its session and not in the message's own.
   * Then more of what was read before is shown to the reader again, also out of the piece of the
   * log that was rotated away before this one.
   */
  default boolean sessionsNameUsers() {
    return false;
  }

  /**
   * True when a log whose newest lines come first is to be read from its end: several lines make a
   * record, and none of them says how the others are to be read.
   */
  default boolean turnsRound() {
    return sessionsNameUsers();
  }

  /**
   * True when a line may begin in one piece of a log and end in the next: its beginning is shown to
   * the reader again, as above.
   */
  default boolean linesCrossPieces() {
    return false;
  }

  /**
   * The format as it stands in a file that begins so; null where it cannot be told whose lines
   * count in it.
   *
   * @param firstLines without what a collector has put around them
   */
  default LogSource inFile(List<String> firstLines) {
    return this;
  }

  /** Why {@link #inFile} is null for these lines; empty where it is not. */
  default Optional<String> unreadable(List<String> firstLines) {
    return Optional.empty();
  }

  /** The format where a site says of its logs what they cannot tell themselves. */
  default LogSource at(Site site) {
    return this;
  }

  /** A reader for one file. */
  LogReader reader(LogSettings settings);
}
