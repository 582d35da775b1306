package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.whosent.msa.support.Repository;

/** A table of proofs is worth something while the proofs exist. */
class Rfc5068PageTest {
  private static final Pattern NAMED = Pattern.compile("`([A-Za-z0-9]+Test)\\.([A-Za-z0-9]+)`");

  @Test
  void everyTestThatThePageNamesExists() throws Exception {
    Map<String, String> sources = testSources();
    int rows = 0;
    int named = 0;
    for (String line : Files.readAllLines(Repository.root().resolve("docs/rfc5068.md"))) {
      if (!line.matches("\\| [0-9].*")) {
        continue;
      }
      rows++;
      int inRow = 0;
      for (Matcher m = NAMED.matcher(line); m.find(); inRow++) {
        String source = sources.getOrDefault(m.group(1), "");
        boolean exists =
            Pattern.compile("@(?:Parameterized)?Test\\s[^{}]*\\bvoid " + m.group(2) + "\\(")
                .matcher(source)
                .find();
        assertTrue(exists, "docs/rfc5068.md names a test that is not there: " + m.group());
      }
      assertTrue(inRow > 0, "docs/rfc5068.md shows no test for: " + line);
      named += inRow;
    }
    assertTrue(rows >= 12 && named > 30, "the table was not found: " + rows + " rows");
  }

  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module : new String[] {"msa-core", "query-cli"}) {
      Path tests = Repository.root().resolve(module).resolve("src/test/java");
      try (Stream<Path> files = Files.walk(tests)) {
        for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
          String name = file.getFileName().toString();
          sources.put(name.substring(0, name.length() - 5), Files.readString(file));
        }
      }
    }
    return sources;
  }
}
