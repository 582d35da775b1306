package org.whosent.indexer.ingest.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs as Grafana gives them as text. */
class GrafanaTextTest {
  private static final String ROW = "1795687200123\t2026-11-26T10:00:00.123Z\t";
  private static final String LABELS = "Common labels: {\"container\":\"mail\",\"job\":\"x\"}\n";

  private static String made(String text) throws IOException {
    try (InputStream in =
        Compression.open(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String json(String line) {
    return "{\"labels.container\":\"mail\",\"labels.job\":\"x\",\"timestamp\":\"2026-11-26T10:00:00.123Z\",\"line\":\""
        + line
        + "\"}\n";
  }

  @Test
  void anEntryIsALineWithItsTimeAndTheLabels() throws IOException {
    String head = LABELS + "Line limit: \"1000 (2 displayed)\"\n\n\n";
    assertEquals(
        json("a\\tb") + "{}\n{}\n" + json(""),
        made(
            head
                + ROW
                + "a\tb\nits second line\n"
                + ROW.replace("00.123Z", "00.124Z")
                + "x\n"
                + ROW
                + '\n'));
    assertEquals(json("a") + "{}\n", made(head + ROW + "a\n" + ROW + "ha"));
  }

  /** Then any program's entry may pass for a mail server's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Common labels: {\"job\":\"x\"}\n",
        "Common labels: {\"container\":\"mail\",\"container\":\"web\"}\n",
        "Common labels: {\"container\":\"mail\"\n",
        "Common labels: {\"container\":1}\n",
        "Common labels: {\"container\":\"mail\"}\nCommon labels: {\"container\":\"mail\"}\n"
      })
  void ofEntriesOfUnknownOriginNoneIsRead(String labels) {
    IOException e = assertThrows(IOException.class, () -> made(labels + "\n\n" + ROW + "a\n"));
    assertTrue(e.getMessage().contains("download JSON"), e.getMessage());
  }

  @Test
  void whateverComesItEndsAndIsBounded() throws IOException {
    List<String> parts =
        List.of(ROW, LABELS, "\n", "\t", "x", "{", "\"", "2026-11-26T10:00:00.123Z");
    for (long seed : List.of(1L, System.nanoTime())) {
      Random random = new Random(seed);
      for (int round = 0; round < 1000; round++) {
        StringBuilder text = new StringBuilder(LABELS);
        for (int i = random.nextInt(30); i > 0; i--) {
          text.append(parts.get(random.nextInt(parts.size())));
        }
        try {
          assertTrue(made(text.toString()).length() < 10 * text.length(), "seed " + seed);
        } catch (IOException e) {
          assertTrue(e.getMessage().contains("download JSON"), "seed " + seed);
        }
      }
    }
  }
}
