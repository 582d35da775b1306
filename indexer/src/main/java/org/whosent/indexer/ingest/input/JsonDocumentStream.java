package org.whosent.indexer.ingest.input;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;

/**
 * JSON that is spread over lines ({@code jq .}, an export, a download), or of which a query's whole
 * answer is one line: a line each document. What stands between tokens is left out, and nothing in
 * strings is touched. The elements of a list are documents of their own where the list is the
 * whole, or where it is what the one document is there for: {@code {"events": […]}} (CloudWatch,
 * Stalwart), {@code {"rows": […]}} (Rspamd), {@code {"results": […]}} (Splunk), {@code {"hits":
 * {"hits": […]}}} (Elasticsearch), {@code {"results": [[…]]}} (CloudWatch, see {@link QueryRow}),
 * {@code {"messageType": "DATA_MESSAGE", …, "logEvents": […]}} (CloudWatch's subscriptions); what
 * stands around it is dropped, but for the name of the stream that such events are of. Of Loki's
 * answer, {@code {"data": {"result": [{"stream": {…}, "values": [["NANOSECONDS", "LINE"], …]},
 * …]}}}, a stream may be of any length: of it each line is a document, as {@code logcli -o jsonl}
 * has it; of what is sent to Loki, {@code {"streams": [{"stream": {…}, "values": […]}, …]}}, too.
 * What Datadog has in its {@code {"data": […]}} is a {@link DatadogRow}.
 *
 * <p>Only brackets and strings are known here. What is no JSON comes out as lines that are none
 * either: a line feed within a string, which would let the rest of the string pass for a document,
 * comes out as a control character that JSON does not allow. A document that the end cuts off comes
 * out without a line feed. One longer than {@link LineInput#LONGEST} comes out cut, longer than
 * that by a byte. Not thread-safe.
 */
final class JsonDocumentStream extends LineMakingStream {
  private static final Set<String> LISTS =
      Set.of("{\"events\":", "{\"rows\":", "{\"results\":", "{\"data\":");
  private static final String HITS = "hits";
  private static final String LOG_EVENTS = "logEvents";

  /** What clients send to Loki. */
  private static final String PUSH = "{\"streams\":";

  /** What CloudWatch sends on, one after the other, each with the group and the stream it is of. */
  private static final Pattern SUBSCRIPTION =
      Pattern.compile("\\{\"messageType\":\"DATA_MESSAGE\",");

  private static final String LOG_STREAM = "logStream";

  /** Splunk's answer, which tells of its fields before the results. */
  private static final Pattern SPLUNK =
      Pattern.compile("\\{\"preview\":(?:true|false),\"init_offset\":");

  private static final Pattern LOKI =
      Pattern.compile(
          "\\{(?:\"status\":\"success\",)?\"data\":\\{\"resultType\":\"streams\","
              + "(?:\"encodingFlags\":\\[[^\\]]{0,100}],)?\"result\":");

  /** CloudWatch's, whose newer versions name the language of the query first. */
  private static final Pattern CLOUDWATCH =
      Pattern.compile("\\{\"queryLanguage\":\"[A-Za-z]{1,10}\",\"results\":");

  /** What a query's answer in one line begins with. */
  private static final Pattern ANSWER =
      Pattern.compile(
          "(?:\\[ ?(?:\\[ ?)?\\{ ?\"|\\{ ?\"(?:queryLanguage\" ?: ?\"[A-Za-z]{1,10}\", ?\"results\""
              + " ?: ?\\[ ?\\[|events\" ?: ?\\[ ?\\{"
              + " ?\"(?:logStreamName|timestamp|message|ingestionTime|eventId)\"|took\" ?:"
              + " ?[0-9]|_scroll_id\" ?: ?\"|hits\" ?: ?\\{|results\" ?: ?\\[ ?[\\[{]|messageType\""
              + " ?: ?\"(?:DATA|CONTROL)_MESSAGE\"|preview\" ?: ?(?:true|false),"
              + " ?\"init_offset\"|streams\" ?: ?\\[ ?\\{ ?\"stream\"|data\" ?: ?\\[ ?\\{"
              + " ?\"(?:id|type|attributes)\"|(?:status\" ?: ?\"success\", ?\")?data\" ?: ?\\{"
              + " ?\"resultType\" ?: ?\"streams\"))");

  private static final int LONGEST = LineInput.LONGEST + 1;
  private static final int KEY = 16;
  private static final int BEGINNING = 256;
  private static final byte NOT_ALLOWED = 0x1f;

  /** What the elements of the list are, if one is read. */
  private enum Elements {
    /** No list is read. */
    NONE,
    /** Documents. */
    DOCUMENTS,
    /** Loki's streams. */
    STREAMS,
    /** What one of them has as its values. */
    ENTRIES
  }

  /** Brackets that are open, and how many were when the element that is read began. */
  private int depth;

  private int base;
  private Elements elements = Elements.NONE;

  /** What stands behind the list in its document is read, or behind the values in their stream. */
  private boolean behindList;

  private boolean inString;
  private boolean escaped;

  /** The last string, as far as it matters, and the last names of the two outer objects. */
  private final StringBuilder string = new StringBuilder();

  private String outer = "";
  private String inner = "";

  /** Of Loki's stream: where its labels begin in the document, and what they are. */
  private int labelsAt = -1;

  private byte[] labels;
  private int labelled;
  private int commas;

  /** Of CloudWatch's events: which stream they are of, as an object's first field; else empty. */
  private byte[] stream = {};

  private final ByteArrayOutputStream document = new ByteArrayOutputStream();
  private final byte[] beginning = new byte[BEGINNING];

  /** Reads from there, which is the beginning. */
  JsonDocumentStream(InputStream in) {
    super(in);
  }

  /**
   * True for the beginning of such a text: a bracket or two, and a line feed; or the beginning of
   * an answer, which is a document in one line.
   *
   * @param length of what there is of it; {@link Compression#HEAD} is enough
   */
  static boolean isAhead(byte[] head, int length) {
    int at = length > 2 && (head[0] & 0xff) == 0xef ? 3 : 0;
    if (at >= length || head[at] != '{' && head[at] != '[') {
      return false;
    }
    if (ANSWER
        .matcher(new String(head, at, length - at, StandardCharsets.ISO_8859_1))
        .lookingAt()) {
      return true;
    }
    boolean list = head[at++] == '[';
    while (at < length && (head[at] == ' ' || head[at] == '\r' || list && head[at] == '{')) {
      list &= head[at++] != '{';
    }
    return at < length && head[at] == '\n';
  }

  @Override
  void atEnd() {
    give(document.toByteArray()); // cut off
  }

  @Override
  void take(byte b) {
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
      case ',' -> comma();
      case '[', '{' -> opens(b);
      case ']', '}' -> closes(b);
      default -> {
        if ((b & 0xff) != 0xef && (b & 0xff) != 0xbb && (b & 0xff) != 0xbf || depth > base) {
          keep(b); // but for the byte order mark
        }
      }
    }
  }

  private void comma() {
    if (depth == base) {
      valueEnds();
    } else if (elements == Elements.ENTRIES && depth == base + 1) {
      keep(commas++ == 0 ? ",\"line\":" : ",\"metadata\":");
    } else {
      keep((byte) ',');
    }
  }

  private void opens(byte b) {
    if (elements == Elements.ENTRIES && depth == base && b == '[') {
      depth++;
      commas = 0;
      keep("{\"labels\":");
      document.write(labels, 0, Math.min(labels.length, LONGEST - document.size()));
      keep(",\"timestamp\":");
      return;
    }
    boolean stream = elements == Elements.STREAMS && depth == base + 1 && !behindList;
    if (stream && b == '{' && outer.equals("stream")) {
      labelsAt = labelled++ == 0 ? document.size() : -1;
      labels = null; // what is there twice is not there
    }
    boolean values = stream && b == '[' && outer.equals("values") && labels != null;
    boolean list = b == '[' && elements == Elements.NONE && !behindList && isList();
    boolean ofStreams = list && (depth == 2 ? !outer.equals(HITS) : isPush());
    depth++;
    if (values) {
      begin(Elements.ENTRIES);
    } else if (list) {
      begin(ofStreams ? Elements.STREAMS : Elements.DOCUMENTS);
    } else {
      keep(b);
    }
  }

  private void begin(Elements of) {
    stream = outer.equals(LOG_EVENTS) ? streamBefore() : stream;
    document.reset();
    elements = of;
    base = depth;
  }

  /** Events do not say themselves which stream they are of: that stands before their list. */
  private byte[] streamBefore() {
    byte[] before =
        (document.toString(StandardCharsets.UTF_8) + "[]}").getBytes(StandardCharsets.UTF_8);
    Map<String, String> found = new LinkedHashMap<>();
    try {
      JsonIn.object(
          before,
          0,
          before.length,
          (name, in) -> {
            if (in.any() instanceof String text && name.equals(LOG_STREAM)) {
              found.put(name, text);
            }
          });
    } catch (BadLineException e) {
      return new byte[0];
    }
    byte[] object = line(found);
    return found.isEmpty() ? new byte[0] : Arrays.copyOf(object, object.length - "}\n".length());
  }

  /** The event as one of that stream. */
  private byte[] ofStream(byte[] event) {
    if (stream.length == 0 || elements != Elements.DOCUMENTS || event[0] != '{') {
      return event;
    }
    byte[] all = Arrays.copyOf(stream, stream.length + event.length);
    System.arraycopy(event, 0, all, stream.length, event.length);
    all[stream.length] = ',';
    return all;
  }

  private boolean isPush() {
    return depth == 1 && before().equals(PUSH);
  }

  /** What there is of the document, or its beginning. */
  private String before() {
    return new String(
        beginning, 0, Math.min(document.size(), BEGINNING), StandardCharsets.ISO_8859_1);
  }

  private boolean isList() {
    if (depth == 2 && outer.equals(HITS) && inner.equals(HITS)) {
      return true;
    }
    boolean whole = document.size() < BEGINNING;
    String before = before();
    return switch (depth) {
      case 0 -> true;
      case 1 ->
          whole && LISTS.contains(before)
              || isPush()
              || outer.equals("results") && SPLUNK.matcher(before).lookingAt()
              || outer.equals(LOG_EVENTS) && SUBSCRIPTION.matcher(before).lookingAt()
              || whole && CLOUDWATCH.matcher(before).matches();
      case 2 -> whole && LOKI.matcher(before).matches();
      default -> false;
    };
  }

  private void closes(byte b) {
    if (elements != Elements.NONE && depth == base) {
      valueEnds();
      depth--;
      behindList = depth > 0;
      boolean values = elements == Elements.ENTRIES;
      elements = values ? Elements.STREAMS : Elements.NONE;
      stream = new byte[0];
      base = values ? depth - 1 : 0;
    } else if (depth > 0) {
      depth--;
      keep(elements == Elements.ENTRIES && depth == base ? (byte) '}' : b);
      if (elements == Elements.STREAMS && depth == base + 1 && labelsAt >= 0) {
        byte[] before = document.toByteArray();
        labels = Arrays.copyOfRange(before, labelsAt, before.length);
        labelsAt = -1;
      }
      if (depth == base) {
        behindList = false;
        labelled = elements == Elements.ENTRIES ? labelled : 0;
        labels = labelled == 0 ? null : labels;
        labelsAt = -1;
      }
      valueEnds();
    }
  }

  private void keep(String text) {
    for (int i = 0; i < text.length(); i++) {
      keep((byte) text.charAt(i));
    }
  }

  private void keep(byte b) {
    if (!behindList && document.size() < LONGEST) {
      if (document.size() < BEGINNING) {
        beginning[document.size()] = b;
      }
      document.write(b);
    }
  }

  /** What was read so far is whole, where no bracket of its own is open. */
  private void valueEnds() {
    if (depth == base && document.size() > 0) {
      document.write('\n');
      byte[] line = document.toByteArray();
      document.reset();
      byte[] event = QueryRow.is(line) ? QueryRow.line(line) : DatadogRow.line(line);
      give(event == null ? ofStream(line) : event);
      outer = "";
      inner = "";
    }
  }
}
