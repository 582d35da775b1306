package org.whosent.indexer.ingest.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.ingest.Fixtures;
import org.whosent.indexer.ingest.IngestReport;

/** Documents of JSON over many lines are read as the same documents on a line each. */
class JsonDocumentStreamTest {
  private static final List<Long> SEEDS = List.of(1L, 2L, System.nanoTime());

  @TempDir Path directory;

  private static List<String> rows(String name) {
    return new String(Fixtures.bytes(name), StandardCharsets.UTF_8).strip().lines().toList();
  }

  /** The text with other blanks between its tokens; without a source of chance with none. */
  static String spread(String json, Random random) {
    StringBuilder out = new StringBuilder();
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (inString) {
        out.append(c);
        if (c == '\\') {
          out.append(json.charAt(++i));
        }
        inString = c != '"';
      } else if (" \t\r\n".indexOf(c) < 0) {
        boolean structure = "{}[],:".indexOf(c) >= 0;
        out.append(structure ? blanks(random) : "")
            .append(c)
            .append(structure ? blanks(random) : "");
        inString = c == '"';
      }
    }
    return out.toString();
  }

  private static String blanks(Random random) {
    return random == null
        ? ""
        : List.of("", " ", "\n", "\r\n  ", "\t", "\n\n    ").get(random.nextInt(6));
  }

  /** In pieces of chance. */
  private static String read(String text, Random random) throws IOException {
    InputStream in =
        new JsonDocumentStream(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
              @Override
              public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 1 + random.nextInt(300)));
              }
            });
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rspamd/logs/history.jsonl",
        "journal/logs/journal-20261123-0001.jsonl",
        "kumomta/logs/20261125-0946",
        "postfix/wrapped/journald.json",
        "postfix/wrapped/filebeat.json",
        "postfix/wrapped/hits.json"
      })
  void theSameDocumentsHoweverTheyAreSpread(String name) throws IOException {
    List<String> rows =
        rows(name).stream().filter(row -> row.startsWith("{") && row.endsWith("}")).toList();
    assertTrue(rows.size() > 1, name);
    StringBuilder expected = new StringBuilder();
    rows.forEach(row -> expected.append(spread(row, null)).append('\n'));
    String list = '[' + String.join(",", rows) + ']';
    List<String> wholes =
        List.of(
            String.join("\n", rows),
            list,
            "{\"events\":" + list + ",\"nextToken\":{\"events\":[{\"a\":1}]}}",
            "{\"rows\":" + list + ",\"hits\":[1,{}]}",
            "{\"took\":3,\"_shards\":{\"hits\":2},\"hits\":{\"total\":{\"value\":1},\"hits\":"
                + list
                + ",\"x\":[{}]},\"timed_out\":false}");
    for (long seed : SEEDS) {
      Random random = new Random(seed);
      for (String whole : wholes) {
        assertEquals(expected.toString(), read(spread(whole, random), random), "seed " + seed);
      }
    }
  }

  @Test
  void aFileOfThemMakesTheRecordsOfTheirLines() throws IOException {
    for (String name : List.of("postfix/wrapped/journald.json", "postfix/wrapped/hits.json")) {
      Path lines = Files.write(directory.resolve("lines"), Fixtures.bytes(name));
      Path spread = directory.resolve("spread");
      String list = "[\n" + String.join(",\n", rows(name)) + "\n]\n";
      var expected = Fixtures.store();
      Fixtures.run(expected, lines);
      assertFalse(Fixtures.records(expected).isEmpty());
      for (var encoding : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16)) {
        Files.write(
            spread,
            spread(list, new Random(7)).strip().replaceFirst("\\[\\s*", "[\n").getBytes(encoding));
        var store = Fixtures.store();
        IngestReport report = Fixtures.run(store, spread);
        assertEquals(
            Fixtures.records(expected), Fixtures.records(store), report.files().toString());
      }
    }
  }

  @Test
  void whatAStringHoldsIsNoDocument() throws IOException {
    String framed = "{\"v\":1,\"type\":\"submission\",\"user\":\"victim\"}";
    String quoted = framed.replace("\"", "\\\"");
    for (String text :
        List.of(
            "[\n{\"a\":\"" + quoted + "\"}]",
            "{\n\"a\":\"x\n" + framed.replace('"', '\'') + "\n\"}",
            "{\n\"a\":\"x\n" + quoted + "\n\"}",
            "{\n\"a\":\"\\\\\\\"},\n" + quoted + ",{\"}",
            "{\n\"a\":{\"events\":[" + framed + "]}}",
            "{\n\"a\":1,\"events\":[" + framed + "]}",
            "{\n\"hits\":{\"a\":{\"hits\":[" + framed + "]}}}")) {
      assertEquals(1, read(text, new Random(1)).strip().lines().count(), text);
    }
  }

  @Test
  void whateverComesItEndsAndIsBounded() throws IOException {
    String alphabet = "{}[],:\"\\ \n\r\tab1\u00e9";
    for (long seed : SEEDS) {
      Random random = new Random(seed);
      for (int round = 0; round < 2000; round++) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
          text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        String read = read(text.toString(), random);
        assertTrue(read.length() <= 2 * text.length(), "seed " + seed);
      }
    }
    String huge = "[\n\"" + "x".repeat(3 << 20) + "\",{\"a\":1}]";
    try (LineInput in =
        new LineInput(
            new JsonDocumentStream(new ByteArrayInputStream(huge.getBytes(StandardCharsets.UTF_8))),
            0)) {
      assertEquals(LineInput.Found.OVERLONG, in.next());
      assertEquals(LineInput.Found.LINE, in.next());
      assertEquals("{\"a\":1}", new String(in.line(), 0, in.length(), StandardCharsets.UTF_8));
      assertEquals(LineInput.Found.END, in.next());
    }
  }

  @Test
  void onlyABracketAloneOnItsLineIsTheBeginningOfOne() {
    for (String text : List.of("{\n", "[\n{", "[{\r\n", "[ {\n", "\ufeff[\r\n")) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertTrue(JsonDocumentStream.isAhead(bytes, bytes.length), text);
    }
    for (String text : List.of("{\"a\":1}\n", "{}\n", "[1]\n", "\n{\n", "{{\n", "[[\n", "{", "")) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertFalse(JsonDocumentStream.isAhead(bytes, bytes.length), text);
    }
  }
}
