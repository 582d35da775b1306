package org.whosent.record.settings;

import java.util.List;

/** The operator's mistakes in a settings file, one line each. The command exits with status 2. */
public final class SettingsException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient List<String> lines;

  public SettingsException(List<String> lines) {
    super(String.join("\n", lines));
    this.lines = List.copyOf(lines);
  }

  /** The problems, each one clear line. */
  public List<String> lines() {
    return lines;
  }
}
