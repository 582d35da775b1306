package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;

/**
 * Lines of other people's Postfix, which a public project collected for its own patterns: each that
 * is a whole one must be used or known. Not part of this source tree: the property {@code
 * whosent.samples} names the directory that holds {@code postfix/grok-patterns/key.tsv}.
 */
class PublicPostfixLinesTest {
  private static final String PROPERTY = "whosent.samples";

  /** Patterns of a part of a line. */
  private static final Set<String> FRAGMENTS = Set.of("delays", "relay", "tls-features");

  @Test
  void everyWholeLineIsUnderstood() throws Exception {
    String directory = System.getProperty(PROPERTY);
    if (directory == null) {
      System.err.println("PublicPostfixLinesTest: skipped, -D" + PROPERTY + "=DIR is not given");
      Assumptions.abort();
    }
    Path key = Path.of(directory, "postfix", "grok-patterns", "key.tsv");
    List<String> unknown = new ArrayList<>();
    int read = 0;
    for (String row : Files.readAllLines(key, StandardCharsets.UTF_8)) {
      String[] columns = row.split("\t");
      if (columns.length < 3 || !columns[1].matches("\\^%\\{POSTFIX_[A-Z_]+}\\$")) {
        continue; // the head, or a pattern of less than a line
      }
      String daemon =
          columns[1].replaceAll("[^A-Z_]|POSTFIX_", "").toLowerCase(Locale.ROOT).replace('_', '-');
      if (FRAGMENTS.contains(daemon)) {
        continue;
      }
      Lines lines = new Lines();
      LineKind kind = lines.read("Nov 23 10:00:00 mail postfix/" + daemon + "[7]: " + columns[2]);
      read++;
      if (kind != LineKind.USED && kind != LineKind.KNOWN) {
        unknown.add(columns[0] + ": " + daemon + ": " + columns[2]);
      }
    }
    assertTrue(read > 100, "only " + read + " lines");
    assertEquals("", String.join("\n", unknown));
  }
}
