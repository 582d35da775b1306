package org.whosent.indexer.log.haraka;

import java.time.Instant;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.reader.MessageTimes;

/** The times that count for messages' lines where a clock was set back. Not thread-safe. */
final class HarakaTimes {
  private final MessageTimes times;

  HarakaTimes(Forgotten forgotten) {
    times = new MessageTimes(forgotten);
  }

  /** The line with the time that counts for its message. */
  HarakaLine counted(HarakaLine line, String host) {
    if (line.message() == null) {
      return line;
    }
    String message = host + ' ' + line.message();
    if (line.text().startsWith(HarakaReader.LOGIN)) {
      times.opened(message, line.time());
      return line;
    }
    if (line.text().startsWith(HarakaReader.SENDER)) {
      times.mayOpen(message, line.time()); // where no plugin names the login
    }
    return line.at(times.of(message, line.time()));
  }

  /** Haraka's own mail begins. */
  void begins(String host, String transaction, Instant time) {
    times.opened(host + ' ' + transaction, time);
  }

  /**
   * The time that counts for what another's line says of a transaction: a connection's, a piece's.
   */
  Instant of(String host, String transaction, Instant time) {
    return times.of(host + ' ' + transaction, time);
  }
}
