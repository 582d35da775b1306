package org.whosent.indexer.ingest.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The journal in its export format ({@code journalctl -o export}) as {@code journalctl -o json} has
 * it: a line an entry, with the fields that matter to a mail log.
 *
 * <p>The format: an entry is a line {@code NAME=value} a field, or, where a value is not plain
 * text, a line {@code NAME}, the value's length in 8 bytes, least significant first, the value and
 * a line feed; an empty line ends the entry. So a value may look like entries. Only who has read
 * from the beginning knows where an entry begins, which is why this is read like compressed data
 * and not by lines.
 *
 * <p>An entry of which such a field stands there twice, or is longer than any line of a mail
 * server, comes out without that field. One that the end cuts off does not come out; an end within
 * a value of known length is an error. Memory: {@link JournalFields#LONGEST} a field. Not
 * thread-safe.
 */
final class JournalExportStream extends LineMakingStream {
  /** systemd.journal-fields(7). */
  private static final Pattern NAME = Pattern.compile("[A-Z0-9_]{1,64}");

  /** Where in an entry the next byte belongs. */
  private enum State {
    /** A line, as far as it stands in {@link #value}. */
    LINE,
    /** The length of a value. */
    LENGTH,
    /** A value of that length. */
    VALUE,
    /** The line feed behind it. */
    LINE_FEED
  }

  private State state = State.LINE;
  private final ByteArrayOutputStream value = new ByteArrayOutputStream();
  private boolean tooLong;
  private String name;
  private long length;
  private int lengthBytes;

  /** Whether the value of that length is. */
  private boolean wanted;

  private boolean begun;
  private final JournalFields entry = new JournalFields();

  /** Reads from there, which is the beginning of an entry. */
  JournalExportStream(InputStream in) {
    super(in);
  }

  @Override
  void atEnd() throws IOException {
    if (state != State.LINE) {
      throw new IOException("a journal's export that ends within a value");
    }
  }

  @Override
  void take(byte b) throws IOException {
    switch (state) {
      case LINE -> {
        if (b != '\n') {
          keep(b);
        } else if (value.size() == 0) {
          entryEnds();
        } else {
          lineEnds();
        }
      }
      case LENGTH -> {
        length |= (b & 0xffL) << (8 * lengthBytes);
        if (++lengthBytes == Long.BYTES) {
          if (length < 0) {
            throw new IOException("a journal's export with a value of no possible length");
          }
          state = length == 0 ? State.LINE_FEED : State.VALUE;
        }
      }
      case VALUE -> {
        if (wanted) {
          keep(b);
        }
        length--;
        state = length == 0 ? State.LINE_FEED : State.VALUE;
      }
      case LINE_FEED -> {
        if (b != '\n') {
          throw new IOException("a journal's export in which a value is not as long as it says");
        }
        entry.put(name, value.toString(StandardCharsets.UTF_8), !tooLong);
        next();
      }
    }
  }

  private void keep(byte b) {
    begun = true;
    if (value.size() < JournalFields.LONGEST) {
      value.write(b);
    } else {
      tooLong = true;
    }
  }

  private void lineEnds() throws IOException {
    String text = value.toString(StandardCharsets.UTF_8);
    int equals = text.indexOf('=');
    if (equals >= 0) {
      entry.put(text.substring(0, equals), text.substring(equals + 1), !tooLong);
      next();
    } else if (!NAME.matcher(text).matches()) {
      throw new IOException("a journal's export with a line that is no field");
    } else {
      value.reset();
      tooLong = false;
      name = text;
      wanted = JournalFields.isWanted(name);
      length = 0;
      lengthBytes = 0;
      state = State.LENGTH;
    }
  }

  private void next() {
    value.reset();
    tooLong = false;
    state = State.LINE;
  }

  private void entryEnds() {
    if (!begun) {
      return; // empty lines between entries
    }
    give(entry.line());
    begun = false;
    next();
  }
}
