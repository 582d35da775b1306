package org.whosent.query.command;

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
    String start = "%sT10:%02d:%02d+00:00 mail postfix/".formatted(DAY, number / 60, number % 60);
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
    Path records = data.resolve("days").resolve(DAY).resolve("segment-000001.records");
    byte[] bytes = Files.readAllBytes(records);
    bytes[200] ^= 1;
    Files.write(records, bytes);
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
}
