package org.whosent.indexer.ingest.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;

/**
 * What Grafana gives as text of the logs it shows ({@code downloadLogsModelAsTxt} in its {@code
 * download.ts}), made into what {@code logcli -o jsonl} has: a line {@code Common labels: {…}} and
 * others of that kind, two empty ones, and for each entry {@code MILLISECONDS<TAB>TIME<TAB>TEXT}.
 *
 * <p>The text of an entry may have line feeds in it, which nothing escapes, and of what labels an
 * entry alone has the file says nothing: what a web server of the same query prints could pass for
 * a mail server's. So all entries must be of one container, or of one file, as the common labels
 * have to say; of those no entry is longer than a line. Another file of this kind is an error. Not
 * thread-safe.
 */
final class GrafanaTextStream extends LineMakingStream {
  private static final String LABELS = "Common labels: ";
  private static final List<String> ORIGINS = List.of("container", "container_name", "filename");
  private static final Pattern ROW =
      Pattern.compile(
          "([0-9]{13})\t([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z)\t(.*)",
          Pattern.DOTALL);
  private static final byte[] NOTHING = "{}\n".getBytes(StandardCharsets.US_ASCII);

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private Map<String, String> labels;
  private boolean rows;

  /** Reads from there, which is the beginning. */
  GrafanaTextStream(InputStream in) {
    super(in);
  }

  /** True for the beginning of such a file. */
  static boolean isAhead(byte[] head, int length) {
    return new String(head, 0, Math.min(length, LABELS.length() + 2), StandardCharsets.ISO_8859_1)
        .equals(LABELS + "{\"");
  }

  @Override
  void take(byte b) throws IOException {
    if (b == '\n') {
      lineEnds();
      line.reset();
    } else if (line.size() <= LineInput.LONGEST) {
      line.write(b);
    }
  }

  /** A last line without its line feed may be half of one. */
  @Override
  void atEnd() {
    if (line.size() > 0 && rows) {
      give(NOTHING);
    }
  }

  private void lineEnds() throws IOException {
    String text = line.toString(StandardCharsets.UTF_8);
    Matcher row = ROW.matcher(text);
    if (row.matches() && line.size() <= LineInput.LONGEST && isTime(row)) {
      rows = true;
      if (labels == null || ORIGINS.stream().noneMatch(labels::containsKey)) {
        throw new IOException(
            "Grafana's text does not say that its lines are of one container or file: download"
                + " JSON");
      }
      give(json(row.group(2), row.group(3)));
    } else if (rows) {
      give(NOTHING);
    } else if (text.startsWith(LABELS)) {
      labels = labels == null ? labels(text.substring(LABELS.length())) : Map.of();
    }
  }

  private static boolean isTime(Matcher row) {
    try {
      return Instant.parse(row.group(2)).toEpochMilli() == Long.parseLong(row.group(1));
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new LinkedHashMap<>();
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    try {
      JsonIn.object(json, 0, json.length, (name, in) -> labels.put(name, in.text()));
    } catch (BadLineException e) {
      return Map.of();
    }
    return labels;
  }

  private byte[] json(String time, String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    labels.forEach((name, value) -> fields.put("labels." + name, value));
    fields.put("timestamp", time);
    fields.put("line", text);
    return line(fields);
  }
}
