package org.whosent.query;

/** The exit statuses of every command. */
public final class ExitStatus {
  /** Every input was identified, something was found, it was done. */
  public static final int DONE = 0;

  /** An input was not identified, nothing was found. */
  public static final int NOT_FOUND = 1;

  /** Wrong usage or an operational error; beats 1. */
  public static final int ERROR = 2;

  private ExitStatus() {}
}
