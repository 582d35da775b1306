package org.whosent.record.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final Path FILE = Path.of("conf/msa.yaml");

  @Test
  void allProblemsAreReportedAtOnceWithTheirLines() {
    Problems problems = new Problems();
    Settings settings =
        Settings.parse(
            FILE,
            """
            hostnam: a
            port: many
            keep: soon
            list: {a: b}
            tls:
              certifcate: x
            """,
            problems);
    settings.requiredText("hostname");
    settings.number("port", 1, 1, 65535);
    settings.span("keep", Duration.ofDays(1));
    settings.texts("list");
    Settings tls = settings.mapping("tls");
    tls.text("certificate", null);
    tls.finish();
    settings.finish();
    var thrown = assertThrows(SettingsException.class, problems::throwIfAny);
    assertEquals(
        List.of(
            "conf/msa.yaml:1: 'hostname' is missing",
            "conf/msa.yaml:2: port: expected a whole number from 1 to 65535, found 'many'",
            "conf/msa.yaml:3: keep: expected a span such as 30d, 36h or 10m, of 36500d at most,"
                + " found 'soon'",
            "conf/msa.yaml:4: list: expected a text or a list of texts",
            "conf/msa.yaml:6: tls.certifcate: unknown key; did you mean 'certificate'?",
            "conf/msa.yaml:1: hostnam: unknown key; did you mean 'hostname'?"),
        thrown.lines());
  }

  @Test
  void aPathThatCanBeNoneIsAProblem() {
    Problems problems = new Problems();
    Settings settings = Settings.parse(FILE, "users: \"a\\0b\"\n", problems);
    settings.path("users", "users");
    var thrown = assertThrows(SettingsException.class, problems::throwIfAny);
    assertEquals(
        List.of("conf/msa.yaml:1: users: a file's name cannot contain NUL"), thrown.lines());
  }

  @Test
  void whatIsNoYamlIsOneProblem() {
    for (String bad : List.of("a: [", "\"", "a: b: c", "- x", "&a [*a]", "a: 1\na: 2", "\u0000")) {
      Problems problems = new Problems();
      Settings.parse(FILE, bad, problems).finish();
      assertThrows(SettingsException.class, problems::throwIfAny, bad);
    }
  }

  @Test
  void aFileThatIsNotThereIsOneProblemAndNotOneForEachKeyToo() {
    Problems problems = new Problems();
    Settings settings = Settings.read(Path.of("absent.yaml"), problems);
    settings.requiredText("hostname");
    settings.finish();
    var thrown = assertThrows(SettingsException.class, problems::throwIfAny);
    assertEquals(List.of("absent.yaml: cannot be read (no such file)"), thrown.lines());
  }

  @Test
  void whatIsNoMappingIsOneProblemAndLacksNoKeysToo() {
    Problems problems = new Problems();
    Settings settings = Settings.parse(FILE, "hosts: [mail.example.com, {name: b}]\n", problems);
    for (Settings host : settings.mappings("hosts")) {
      host.requiredText("name");
      host.finish();
    }
    settings.finish();
    var thrown = assertThrows(SettingsException.class, problems::throwIfAny);
    assertEquals(
        List.of("conf/msa.yaml:1: expected 'key: value' pairs in 'hosts[1]'"), thrown.lines());
  }

  @Test
  void spans() {
    assertEquals(Optional.of(Duration.ofDays(30)), Settings.parseSpan("30d"));
    assertEquals(Optional.of(Duration.ofHours(36)), Settings.parseSpan("36h"));
    assertEquals(Optional.of(Duration.ofDays(14)), Settings.parseSpan("2w"));
    for (String none : List.of("", "d", "-1d", "1y", "1.5h", "36501d", "99999999999d")) {
      assertEquals(Optional.empty(), Settings.parseSpan(none), none);
    }
  }

  @Test
  void emptyFilesAndPathsRelativeToTheFile() {
    Problems problems = new Problems();
    Settings settings = Settings.parse(Path.of("/etc/whosent/msa.yaml"), "# nothing\n", problems);
    assertEquals(Path.of("/etc/whosent/users"), settings.path("users", "users"));
    settings.finish();
    assertTrue(problems.isEmpty());
  }
}
