package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.ingest.input.Compression;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.LogSources;

/** docs/log-formats.md lists every format, and docs/log-checks.md counts the samples there are. */
class LogFormatsPageTest {
  private static final String ROW = "| `";

  private static String page(String name) throws IOException {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve(name))) {
      directory = directory.getParent();
      assertTrue(directory != null, name + " is in no directory above this one");
    }
    return Files.readString(directory.resolve(name));
  }

  @Test
  void theTableCountsTheSamples() throws IOException {
    List<String> expected = new ArrayList<>();
    for (LogSource source : LogSources.ALL) {
      int hostile = 0;
      long records = 0;
      Set<String> files = new TreeSet<>();
      List<Fixtures.Case> cases = Fixtures.cases(source.name());
      for (Fixtures.Case sample : cases) {
        hostile += sample.expected().startsWith("hostile/") ? 1 : 0;
        records += lines(source.name() + "/" + sample.expected());
        files.addAll(sample.files());
      }
      long lines = 0;
      for (String file : files) {
        lines += lines(source.name() + "/" + file);
      }
      expected.add(
          "| `%s` | %d | %d | %d | %d |"
              .formatted(source.name(), cases.size(), hostile, lines, records));
    }
    List<String> found =
        page("docs/log-checks.md").lines().filter(line -> line.startsWith(ROW)).toList();
    assertEquals(String.join("\n", expected), String.join("\n", found));
  }

  @Test
  void everyFormatHasItsChapter() throws IOException {
    List<String> chapters = new ArrayList<>();
    for (String line : page("docs/log-formats.md").lines().toList()) {
      if (line.startsWith("### `")) {
        chapters.add(line.substring("### `".length(), line.indexOf('`', "### `".length())));
      }
    }
    assertEquals(LogSources.ALL.stream().map(LogSource::name).toList(), chapters);
  }

  private static long lines(String name) throws IOException {
    try (InputStream in = Compression.open(new ByteArrayInputStream(Fixtures.bytes(name)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().count();
    }
  }
}
