package org.whosent.record.settings;

import java.util.ArrayList;
import java.util.List;

/** Collects an operator's mistakes so that all are reported at once. Not thread-safe. */
public final class Problems {
  private final List<String> lines = new ArrayList<>();
  private boolean closed;

  /** Adds one line: what, where, what to do. */
  public void add(String line) {
    if (!closed) {
      lines.add(line);
    }
  }

  /** Adds one line after which nothing else is worth saying: there is no file to be checked. */
  void addLast(String line) {
    add(line);
    closed = true;
  }

  /** True when nothing is wrong so far. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /**
   * Ends the check.
   *
   * @throws SettingsException with all lines, when there are any
   */
  public void throwIfAny() throws SettingsException {
    if (!lines.isEmpty()) {
      throw new SettingsException(lines);
    }
  }
}
