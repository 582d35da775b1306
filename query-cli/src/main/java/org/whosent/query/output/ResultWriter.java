package org.whosent.query.output;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.whosent.record.IoReason;

/**
 * Where results go: standard output, UTF-8 whatever the locale. A closed pipe is a {@link
 * ClosedPipeException}; anything else that goes wrong while writing is an error that is never
 * swallowed, so that an export onto a full disk does not look whole. Not thread-safe.
 */
public final class ResultWriter implements Closeable {
  private final Writer out;
  private final String name;

  /**
   * To a stream.
   *
   * @param name what it is, for messages: a file's name, or "the result"
   */
  public ResultWriter(OutputStream out, String name) {
    this.name = name;
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
  }

  /**
   * Standard output, not {@link System#out}, which hides errors. Closing the writer hands over what
   * was written and leaves standard output open: it is the process's.
   */
  public static ResultWriter standardOutput() {
    return new ResultWriter(
        new FileOutputStream(FileDescriptor.out) {
          @Override
          public void close() {
            // the process's to close
          }
        },
        "the result");
  }

  /** Writes one line. */
  public void line(String text) {
    try {
      out.write(text);
      out.write('\n');
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Hands over what was written so far. */
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Writes text that has its own line ends. */
  public void text(CharSequence text) {
    try {
      out.append(text);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private RuntimeException failed(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("Broken pipe") || message.contains("EPIPE")
        ? new ClosedPipeException(e)
        : new UncheckedIOException("cannot write " + name + ": " + IoReason.of(e), e);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
