package org.whosent.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.googlejavaformat.java.Main;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * One formatter, no exclusions: every Java file is as google-java-format leaves it. {@code
 * ./format} rewrites them. It runs as a test because it needs the parser of the JDK that the
 * sources are written for, whichever JDK runs Maven.
 */
class FormatTest {
  @Test
  void everySourceFileIsFormatted() throws Exception {
    List<String> files = new ArrayList<>();
    Path root = Path.of(System.getProperty("whosent.root"));
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.toList()) {
        if (Files.isDirectory(module.resolve("src"))) {
          try (Stream<Path> sources = Files.walk(module.resolve("src"))) {
            sources.map(Path::toString).filter(f -> f.endsWith(".java")).forEach(files::add);
          }
        }
      }
    }
    assertTrue(files.size() > 50, "the sources are looked for in the wrong place: " + root);
    boolean write = "write".equals(System.getProperty("format"));
    List<String> arguments = new ArrayList<>(files);
    arguments.addAll(
        0, write ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    StringWriter changed = new StringWriter();
    StringWriter errors = new StringWriter();
    int status =
        new Main(
                new PrintWriter(changed, true),
                new PrintWriter(errors, true),
                InputStream.nullInputStream())
            .format(arguments.toArray(String[]::new));
    assertEquals("", errors.toString());
    assertEquals(0, status, "run ./format; it would change:\n" + changed);
  }
}
