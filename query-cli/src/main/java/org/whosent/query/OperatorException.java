package org.whosent.query;

/** An operator's mistake or a failure they must know of: one clear line, exit status 2. */
public final class OperatorException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The line says what, where, and what to do. */
  public OperatorException(String line) {
    super(line);
  }

  public OperatorException(String line, Throwable cause) {
    super(line, cause);
  }
}
