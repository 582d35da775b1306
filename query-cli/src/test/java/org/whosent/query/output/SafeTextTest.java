package org.whosent.query.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.csv.CSVFormat;
import org.junit.jupiter.api.Test;

class SafeTextTest {
  @Test
  void nothingThatATerminalActsOnIsLeft() {
    assertEquals("\uFFFD[31mred", SafeText.forTerminal("\u001b[31mred"));
    assertEquals(
        "\uFFFD]0;title\uFFFD",
        SafeText.forTerminal("\u009d]0;title\u0007".replace("\u009d", "\u009d")));
    assertEquals("a\uFFFDb\uFFFDc", SafeText.forTerminal("a\r" + "b\nc"));
    assertEquals("gpj.\uFFFDexe", SafeText.forTerminal("gpj.\u202Eexe"));
    assertEquals("Grüße 你好 😀", SafeText.forTerminal("Grüße 你好 😀"));
    assertEquals("\uFFFDx", SafeText.forTerminal("\uD800x"));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String text =
          random
              .ints(5, 0, 0x3000)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      String safe = SafeText.forTerminal(text);
      assertFalse(safe.codePoints().anyMatch(Character::isISOControl), "seed " + seed);
      assertEquals(safe, SafeText.forTerminal(safe));
    }
  }

  @Test
  void noCellRunsAsAFormula() throws Exception {
    List<String> hostile =
        List.of(
            "=cmd|' /C calc'!A0",
            "+1+1",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r\n=1",
            " =1",
            "\u00a0=1",
            "\uFF1D1",
            "\"=1",
            "a,b\"c\r\nd");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ResultWriter out = new ResultWriter(bytes, "bytes")) {
      RecordCsv csv = new RecordCsv(out, List.of("cell"));
      hostile.forEach(cell -> csv.row(Arrays.asList(cell)));
    }
    try (var rows =
        CSVFormat.RFC4180.parse(new java.io.StringReader(bytes.toString(StandardCharsets.UTF_8)))) {
      int count = 0;
      for (var row : rows) {
        assertEquals(1, row.size());
        String cell = row.get(0);
        assertTrue(
            cell.strip().isEmpty() || "=+-@\uFF1D".indexOf(cell.strip().charAt(0)) < 0, cell);
        assertTrue(cell.codePoints().noneMatch(Character::isISOControl), cell);
        count++;
      }
      assertEquals(hostile.size() + 1, count, "no cell starts a row of its own");
    }
  }

  /** As Excel does in half of Europe with a file that is just opened. */
  @Test
  void norWhereCellsAreSplitAtSemicolons() throws Exception {
    List<String> hostile =
        List.of(
            "Invoice;=cmd|' /C calc'!A0",
            "a; \u00a0=1",
            "a;\"=1+1\"",
            "a,b;=HYPERLINK(\"http://x.example\",\"y\")",
            "\"a\";+1;-1;@x",
            ";;=1",
            "=1;=1");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ResultWriter out = new ResultWriter(bytes, "bytes")) {
      RecordCsv csv = new RecordCsv(out, List.of("time", "subject", "source"));
      hostile.forEach(cell -> csv.row(List.of("2026", cell, "mail.log:5")));
    }
    CSVFormat split = CSVFormat.EXCEL.builder().setDelimiter(';').setTrailingData(true).get();
    try (var rows = split.parse(new java.io.StringReader(bytes.toString(StandardCharsets.UTF_8)))) {
      int cells = 0;
      for (var row : rows) {
        for (String cell : row) {
          String shown = cell.replace('\u00a0', ' ').strip();
          assertTrue(shown.isEmpty() || "=+-@\uFF1D".indexOf(shown.charAt(0)) < 0, cell);
          cells++;
        }
      }
      assertTrue(cells > 2 * hostile.size(), "it is split there: " + cells);
    }
    assertEquals("a;b; c", SafeText.forSpreadsheet("a;b; c"), "what runs nowhere stays as it is");
  }
}
