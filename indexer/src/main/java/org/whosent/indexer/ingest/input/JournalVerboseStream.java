package org.whosent.indexer.ingest.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The journal as {@code journalctl -o verbose} prints it, made into what its {@code -o json} has: a
 * line an entry, with the fields that matter to a mail log.
 *
 * <p>An entry is a line with a time and the cursor, whose {@code t} is the time in microseconds,
 * and behind it a line {@code NAME=value} a field, four blanks before it. What a value has behind a
 * line feed stands on a line of its own behind as many blanks as the value began at: six or more.
 * So no value can look like a field or an entry (systemd's {@code logs-show.c}). Lines at the
 * margin that begin with dashes or shades are journalctl's, between boots, or of the catalog
 * ({@code -x}).
 *
 * <p>Values with control characters, for which {@code journalctl} without {@code --all} prints how
 * long they are, do not come out. Nothing marks the last entry's end: what there is of it comes out
 * where the last line is whole. Another line than these is an error. Memory: {@link
 * JournalFields#LONGEST} a field. Not thread-safe.
 */
final class JournalVerboseStream extends LineMakingStream {
  private static final String ENTRY =
      "[A-Z][a-z]{2} [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{6})?"
          + " [^ \\[]{1,20} \\[s=[0-9a-f]{1,40};i=[0-9a-f]{1,16};b=[0-9a-f]{1,40};m=[0-9a-f]{1,16};"
          + "t=(?<time>[0-9a-f]{1,15});x=[0-9a-f]{1,16}]";
  private static final Pattern HEADER = Pattern.compile(ENTRY);
  private static final Pattern FIELD = Pattern.compile(" {4}([A-Z0-9_]{1,64})=(.*)");
  private static final Pattern COMMENT = Pattern.compile("(?:--|\u2591\u2591)(?: |\\z)");
  private static final Pattern BLOB = Pattern.compile("\\[[0-9.]{1,9}[BKMGTPE] blob data]");

  /** Before the first entry older versions say from when to when the journal goes. */
  private static final Pattern BEGINNING =
      Pattern.compile("(?:-- [^\\n]{0,300}\\n)?" + ENTRY + "\\n");

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean tooLong;
  private final JournalFields entry = new JournalFields();
  private boolean begun;

  /** The field at hand, or null. */
  private String name;

  private final StringBuilder value = new StringBuilder();
  private boolean whole;

  /** Reads from there, which is the beginning of an entry. */
  JournalVerboseStream(InputStream in) {
    super(in);
  }

  /** True for the beginning of such a file. */
  static boolean isAhead(byte[] head, int length) {
    return BEGINNING
        .matcher(new String(head, 0, Math.min(length, 1024), StandardCharsets.ISO_8859_1))
        .lookingAt();
  }

  @Override
  void take(byte b) throws IOException {
    if (b == '\n') {
      lineEnds(line.toString(StandardCharsets.UTF_8));
      line.reset();
      tooLong = false;
    } else if (line.size() <= JournalFields.LONGEST) {
      line.write(b);
    } else {
      tooLong = true;
    }
  }

  @Override
  void atEnd() {
    if (begun && line.size() == 0) {
      entryEnds();
    }
  }

  private void lineEnds(String text) throws IOException {
    Matcher field = FIELD.matcher(text);
    if (begun && field.lookingAt()) {
      fieldEnds();
      name = field.group(1);
      value.append(text, field.start(2), text.length());
      whole = !tooLong && !BLOB.matcher(text).region(field.start(2), text.length()).matches();
    } else if (begun && name != null && goesOn(text)) {
      if (value.length() > JournalFields.LONGEST || tooLong) {
        whole = false;
      } else {
        value.append('\n').append(text, Math.min(text.length(), indent()), text.length());
      }
    } else if (!COMMENT.matcher(text).lookingAt()) {
      Matcher header = HEADER.matcher(text);
      if (!header.matches()) {
        throw new IOException("a verbose journal with a line that is none of it");
      }
      if (begun) {
        entryEnds();
      }
      begun = true;
      String time = Long.toString(Long.parseLong(header.group("time"), 16));
      entry.put(JournalFields.TIME, time, true);
    }
  }

  /** What is empty may have lost its blanks on the way. */
  private boolean goesOn(String text) {
    return text.isEmpty() || text.startsWith(" ".repeat(indent()));
  }

  private int indent() {
    return 4 + name.length() + 1;
  }

  private void fieldEnds() {
    if (name != null) {
      entry.put(name, value.toString(), whole && value.length() <= JournalFields.LONGEST);
    }
    name = null;
    value.setLength(0);
  }

  private void entryEnds() {
    fieldEnds();
    give(entry.line());
  }
}
