package org.whosent.indexer.ingest.input;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * JSON that is spread over lines ({@code jq .}, an export, a download), a line each document: what
 * stands between tokens is left out, and nothing in strings is touched. The elements of a list are
 * documents of their own where the list is the whole, or where it is what the one document is there
 * for: {@code {"events": […]}} (CloudWatch, Stalwart), {@code {"rows": […]}} (Rspamd), {@code
 * {"hits": {"hits": […]}}} (Elasticsearch); what stands around it is dropped.
 *
 * <p>Only brackets and strings are known here. What is no JSON comes out as lines that are none
 * either: a line feed within a string, which would let the rest of the string pass for a document,
 * comes out as a control character that JSON does not allow. A document that the end cuts off comes
 * out without a line feed. One longer than {@link LineInput#LONGEST} comes out cut, longer than
 * that by a byte. Not thread-safe.
 */
final class JsonDocumentStream extends LineMakingStream {
  private static final Set<String> LISTS = Set.of("{\"events\":", "{\"rows\":");
  private static final String HITS = "hits";
  private static final int LONGEST = LineInput.LONGEST + 1;
  private static final int KEY = 16;
  private static final byte NOT_ALLOWED = 0x1f;

  /** Brackets that are open, and how many were when the element that is read began. */
  private int depth;

  private int base;

  /** The elements of a list are read; or what stands behind it in its document. */
  private boolean inList;

  private boolean behindList;
  private boolean inString;
  private boolean escaped;

  /** The last string, as far as it matters, and the last names of the two outer objects. */
  private final StringBuilder string = new StringBuilder();

  private String outer = "";
  private String inner = "";

  private final ByteArrayOutputStream document = new ByteArrayOutputStream();

  /** Reads from there, which is the beginning. */
  JsonDocumentStream(InputStream in) {
    super(in);
  }

  /**
   * True for the beginning of such a text: a bracket or two, and a line feed.
   *
   * @param length of what there is of it; {@link Compression#HEAD} is enough
   */
  static boolean isAhead(byte[] head, int length) {
    int at = length > 2 && (head[0] & 0xff) == 0xef ? 3 : 0;
    if (at >= length || head[at] != '{' && head[at] != '[') {
      return false;
    }
    boolean list = head[at++] == '[';
    while (at < length && (head[at] == ' ' || head[at] == '\r' || list && head[at] == '{')) {
      list &= head[at++] != '{';
    }
    return at < length && head[at] == '\n';
  }

  @Override
  void take() {
    while (at < end && !hasLine()) {
      take(buffer[at++]);
    }
  }

  @Override
  void atEnd() {
    give(document.toByteArray()); // cut off
  }

  private void take(byte b) {
    if (inString) {
      keep(b == '\n' ? NOT_ALLOWED : b);
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"') {
        inString = false;
      } else if (string.length() < KEY) {
        string.append((char) (b & 0xff));
      }
      return;
    }
    switch (b) {
      case ' ', '\t', '\r', '\n' -> valueEnds();
      case '"' -> {
        inString = true;
        string.setLength(0);
        keep(b);
      }
      case ':' -> {
        if (depth - base == 1) {
          outer = string.toString();
          inner = "";
        } else if (depth - base == 2) {
          inner = string.toString();
        }
        keep(b);
      }
      case ',' -> {
        if (depth == base) {
          valueEnds();
        } else {
          keep(b);
        }
      }
      case '[', '{' -> opens(b);
      case ']', '}' -> closes(b);
      default -> {
        if ((b & 0xff) != 0xef && (b & 0xff) != 0xbb && (b & 0xff) != 0xbf || depth > base) {
          keep(b); // but for the byte order mark
        }
      }
    }
  }

  private void opens(byte b) {
    boolean list = b == '[' && !inList && !behindList && isList();
    depth++;
    if (list) {
      document.reset();
      inList = true;
      base = depth;
    } else {
      keep(b);
    }
  }

  private boolean isList() {
    return depth == 0
        || depth == 1
            && document.size() < KEY
            && LISTS.contains(document.toString(StandardCharsets.ISO_8859_1))
        || depth == 2 && outer.equals(HITS) && inner.equals(HITS);
  }

  private void closes(byte b) {
    if (inList && depth == base) {
      valueEnds();
      inList = false;
      base = 0;
      depth--;
      behindList = depth > 0;
    } else if (depth > 0) {
      depth--;
      keep(b);
      behindList &= depth > 0;
      valueEnds();
    }
  }

  private void keep(byte b) {
    if (!behindList && document.size() < LONGEST) {
      document.write(b);
    }
  }

  /** What was read so far is whole, where no bracket of its own is open. */
  private void valueEnds() {
    if (depth == base && document.size() > 0) {
      document.write('\n');
      give(document.toByteArray());
      document.reset();
      outer = "";
      inner = "";
    }
  }
}
