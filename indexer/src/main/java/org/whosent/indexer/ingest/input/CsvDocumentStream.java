package org.whosent.indexer.ingest.input;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.record.JsonOut;

/**
 * The CSV that a search was exported as (Splunk, Kibana, Graylog, Grafana, CloudWatch Insights): a
 * JSON object of text fields a row, under the columns' names, as the same services export JSON. It
 * is read by RFC 4180: a cell in quotes may hold separators, line feeds and, doubled, quotes; so
 * where a row ends only who has read from the beginning knows, which is why this is read like
 * compressed data and not by lines.
 *
 * <p>A cell that is empty or {@code -} is left out, as these write what is not there. A row with
 * another number of cells than there are columns, with a quote where none may be, or longer than
 * {@link LineInput#LONGEST}, comes out as an empty object; so does one that the end cuts off within
 * quotes. Not thread-safe.
 */
final class CsvDocumentStream extends LineMakingStream {
  /** A column of one of these names holds the text: without one it is not of those services. */
  private static final Set<String> TEXTS =
      Set.of(
          "_raw",
          "message",
          "@message",
          "Line",
          "line",
          "log",
          "full_message",
          "event.original",
          "textPayload",
          "jsonPayload.message");

  /** With this one no other is needed. */
  private static final String RAW = "_raw";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_@.-]{1,100}");

  /** Of the fields that Splunk finds in the lines itself, {@code tag::eventtype} and others. */
  private static final Pattern NAME_OF_SPLUNKS = Pattern.compile("[^\\p{Cntrl}]{1,200}");

  private static final int MOST_COLUMNS = 500;
  private static final String NOTHING = "{}\n";

  /** Where in a cell the next byte belongs. */
  private enum State {
    /** At its beginning. */
    BEGINS,
    /** In one without quotes. */
    PLAIN,
    /** In quotes. */
    QUOTED,
    /** Behind a quote in quotes: the first of two, or the end. */
    QUOTE
  }

  private State state = State.BEGINS;
  private List<String> columns;
  private final List<String> cells = new ArrayList<>();
  private final ByteArrayOutputStream cell = new ByteArrayOutputStream();
  private int length;
  private boolean bad;
  private boolean begun;
  private boolean returned;

  /** Reads from there, which is the beginning. */
  CsvDocumentStream(InputStream in) {
    super(in);
  }

  /**
   * True for the names of such columns, the whole line of them.
   *
   * @param length of what there is of it; {@link Compression#HEAD} is enough
   */
  static boolean isAhead(byte[] head, int length) {
    int at = length > 2 && (head[0] & 0xff) == 0xef ? 3 : 0;
    int end = at;
    while (end < length && head[end] != '\n') {
      end++;
    }
    if (end == length || end == at) {
      return false;
    }
    CsvDocumentStream header =
        new CsvDocumentStream(new ByteArrayInputStream(head, at, end + 1 - at));
    try {
      header.read(new byte[1], 0, 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of an array
    }
    return header.columns != null && isExport(header.columns);
  }

  private static boolean isExport(List<String> names) {
    Pattern shape = names.contains(RAW) ? NAME_OF_SPLUNKS : NAME;
    return names.stream().allMatch(name -> shape.matcher(name).matches())
        && names.stream().anyMatch(TEXTS::contains)
        && (names.size() > 1 || names.contains(RAW))
        && new HashSet<>(names).size() == names.size();
  }

  @Override
  void atEnd() {
    if (begun) {
      bad |= state == State.QUOTED;
      rowEnds();
    }
  }

  @Override
  void take(byte b) {
    if (state != State.QUOTED && b == '\n') {
      rowEnds();
      return;
    }
    if (returned && state != State.QUOTED) {
      bad = true; // a carriage return within a row
    }
    begun = true;
    returned = false;
    switch (state) {
      case BEGINS -> {
        if (columns == null && cells.isEmpty() && isMark(b)) {
          begun = false;
        } else if (b == '"') {
          state = State.QUOTED;
        } else if (b == ',') {
          cellEnds();
        } else if (b == '\r') {
          returned = true;
        } else {
          state = State.PLAIN;
          keep(b);
        }
      }
      case PLAIN -> {
        if (b == ',') {
          cellEnds();
        } else if (b == '\r') {
          returned = true;
        } else {
          bad |= b == '"';
          keep(b);
        }
      }
      case QUOTED -> {
        if (b == '"') {
          state = State.QUOTE;
        } else {
          keep(b);
        }
      }
      case QUOTE -> {
        if (b == '"') {
          state = State.QUOTED;
          keep(b);
        } else if (b == ',') {
          cellEnds();
        } else if (b == '\r') {
          returned = true;
        } else {
          bad = true;
          state = State.PLAIN;
        }
      }
    }
  }

  private void keep(byte b) {
    if (++length > LineInput.LONGEST) {
      bad = true;
    } else {
      cell.write(b);
    }
  }

  private void cellEnds() {
    if (cells.size() == MOST_COLUMNS) {
      bad = true;
    } else {
      cells.add(cell.toString(StandardCharsets.UTF_8));
    }
    cell.reset();
    state = State.BEGINS;
  }

  private void rowEnds() {
    if (begun) {
      cellEnds();
      if (columns == null) {
        columns = bad ? List.of() : List.copyOf(cells);
      } else {
        give((isWhole() ? json() : NOTHING).getBytes(StandardCharsets.UTF_8));
      }
    }
    cells.clear();
    length = 0;
    bad = false;
    begun = false;
    returned = false;
  }

  /** Of a byte order mark. */
  private static boolean isMark(byte b) {
    return (b & 0xff) == 0xef || (b & 0xff) == 0xbb || (b & 0xff) == 0xbf;
  }

  private boolean isWhole() {
    return !bad && cells.size() == columns.size();
  }

  private String json() {
    return JsonOut.object(
            false,
            out -> {
              for (int i = 0; i < cells.size(); i++) {
                String text = cells.get(i);
                if (!text.isEmpty() && !text.equals("-")) {
                  out.text(columns.get(i), text);
                }
              }
            })
        + '\n';
  }
}
