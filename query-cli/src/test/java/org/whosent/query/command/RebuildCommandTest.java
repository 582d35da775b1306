package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.query.Program;

/** What a rebuild leaves out comes back from the logs, as its line says. */
class RebuildCommandTest {
  private static final String DAY = "2026-11-20";

  @TempDir Path directory;

  private static List<String> submitted(int number) {
    return submitted(DAY, number);
  }

  private static List<String> submitted(String day, int number) {
    String start = "%sT10:%02d:%02d+00:00 mail postfix/".formatted(day, number / 60, number % 60);
    String id = "%X: ".formatted(0x4A0000000L + number);
    return List.of(
        start
            + "submission/smtpd[100]: "
            + id
            + "client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=user"
            + number,
        start + "cleanup[101]: " + id + "message-id=<" + number + "@example.com>",
        start + "qmgr[102]: " + id + "from=<u@example.com>, size=400, nrcpt=1 (queue active)",
        start + "qmgr[102]: " + id + "removed");
  }

  private String ids(Path data) throws Exception {
    return Program.run("search", "--data", data, "--output", "ids", "--limit", "9999").out();
  }

  private Path records(String day) {
    return directory.resolve("data/days").resolve(day).resolve("segment-000001.records");
  }

  /** Gives the bytes as they were. */
  private byte[] spoil(String day) throws Exception {
    byte[] bytes = Files.readAllBytes(records(day));
    byte[] spoilt = bytes.clone();
    spoilt[200] ^= 1;
    Files.write(records(day), spoilt);
    return bytes;
  }

  @Test
  void whatARebuildLeftOutComesBackWithTheLogs() throws Exception {
    Path log = directory.resolve("mail.log");
    List<String> lines = new ArrayList<>();
    for (int number = 0; number < 600; number++) {
      lines.addAll(submitted(number));
    }
    Files.write(log, lines);
    Path data = directory.resolve("data");
    assertEquals(0, Program.run("index", "--data", data, log).status());
    String whole = ids(data);
    assertEquals(600, whole.lines().count());
    spoil(DAY);
    assertEquals(2, Program.run("verify", "--data", data).status());

    assertEquals(0, Program.run("rebuild", "--data", data, "--day", DAY).status());
    assertTrue(ids(data).lines().count() < 600);
    Program.Result lacking = Program.run("status", "--data", data);
    assertEquals(2, lacking.status());
    assertTrue(lacking.out().contains("read that day's logs again"), lacking.out());

    Program.Result again = Program.run("index", "--data", data, log);
    assertEquals(0, again.status(), again.err());
    assertEquals(whole, ids(data));
    assertEquals(0, Program.run("rebuild", "--data", data, "--day", DAY).status());
    assertEquals(0, Program.run("verify", "--data", data).status());
    assertEquals(whole, ids(data));
  }

  /** A typing error must not cost reading all logs again. */
  @Test
  void aDayThatIsNotThereChangesNothing() throws Exception {
    Path log = Files.write(directory.resolve("mail.log"), submitted(1));
    Path data = directory.resolve("data");
    assertEquals(0, Program.run("index", "--data", data, log).status());
    byte[] manifest = Files.readAllBytes(data.resolve("MANIFEST"));
    for (String day : List.of("2026-11-19", "2062-11-20")) {
      Program.Result result = Program.run("rebuild", "--data", data, "--day", day);
      assertEquals(2, result.status());
      assertEquals(
          "whosent rebuild: --day: no records of " + day + "; see 'whosent status'\n",
          result.err());
    }
    assertArrayEquals(manifest, Files.readAllBytes(data.resolve("MANIFEST")));
  }

  /** A rebuild of all days that ends at one of them has left something out of the one before. */
  @Test
  void norIsItLostWhereTheRebuildDoesNotEnd() throws Exception {
    Path log = directory.resolve("mail.log");
    List<String> lines = new ArrayList<>();
    for (int number = 0; number < 600; number++) {
      lines.addAll(submitted(number));
    }
    lines.addAll(submitted("2026-11-21", 600));
    Files.write(log, lines);
    Path data = directory.resolve("data");
    assertEquals(0, Program.run("index", "--data", data, log).status());
    String whole = ids(data);
    byte[] second = spoil("2026-11-21");
    spoil(DAY);
    Program.Result broken = Program.run("rebuild", "--data", data);
    assertEquals(2, broken.status(), broken.err());
    assertTrue(broken.err().contains("none of its records can be read"), broken.err());
    Files.write(records("2026-11-21"), second); // from a backup
    assertTrue(ids(data).lines().count() < 600);
    Program.Result again = Program.run("index", "--data", data, log);
    assertEquals(0, again.status(), again.err());
    assertEquals(whole, ids(data));
  }
}
