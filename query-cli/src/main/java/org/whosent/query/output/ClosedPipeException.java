package org.whosent.query.output;

/** Whoever read our standard output has gone ({@code | head}): no error, just the end. */
public final class ClosedPipeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClosedPipeException(Throwable cause) {
    super(cause);
  }
}
