package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.query.Program;
import org.whosent.record.site.Site;

/** What a follower learns of the site is kept while it runs, beside what is written meanwhile. */
class FollowedHostTest {
  private static final String LINE =
      "2026-11-23T15:52:45.000000+00:00 mx1 postfix/submission/smtpd[12]: 4jY9Sc3VmzzbyS5:"
          + " client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=alice\n";

  @TempDir Path directory;

  @Test
  void isRememberedAtOnceAndUndoesNothing() throws Exception {
    Path data = directory.resolve("data");
    Path log = Files.writeString(directory.resolve("mail.log"), LINE);
    Process follower =
        Program.command("index", "--data", data, "--host", "mail.example.com", "--follow", log)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("said").toFile())
            .start();
    try {
      Path file = data.resolve(Site.FILE);
      while (!Files.exists(file)) {
        assertTrue(follower.isAlive(), Files.readString(directory.resolve("said")));
        Thread.sleep(20);
      }
      assertEquals(
          List.of(new Site.Host("mail.example.com", List.of("mx1"))), Site.read(data).hosts());

      Files.writeString(
          file, "outgoing: [192.0.2.7]\nhosts:\n  - {name: other.example.com, logs: [mx7]}\n");
      Files.writeString(log, LINE + LINE.replace("mx1", "mx2"));
      while (Site.read(data).hosts().size() < 2) {
        assertTrue(follower.isAlive(), Files.readString(directory.resolve("said")));
        Thread.sleep(20);
      }
    } finally {
      follower.destroy();
      assertTrue(follower.waitFor(300, TimeUnit.SECONDS));
    }
    Site site = Site.read(data);
    assertEquals(
        List.of(
            new Site.Host("other.example.com", List.of("mx7")),
            new Site.Host("mail.example.com", List.of("mx1", "mx2"))),
        site.hosts());
    assertEquals(List.of("192.0.2.7"), site.outgoing());
  }

  /** As at boot, where the follower may be started before the mail server has written anything. */
  @Test
  void aLogThatIsNotThereYetIsWaitedFor() throws Exception {
    Path data = directory.resolve("data");
    Path log = directory.resolve("mail.log");
    Path said = directory.resolve("said");
    Process follower =
        Program.command("index", "--data", data, "--host", "mail.example.com", "--follow", log)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      while (!Files.readString(said).contains("mail.log: no such file")) {
        assertTrue(follower.isAlive(), Files.readString(said));
        Thread.sleep(20);
      }
      Files.writeString(log, LINE);
      while (!Files.exists(data.resolve(Site.FILE))) {
        assertTrue(follower.isAlive(), Files.readString(said));
        Thread.sleep(20);
      }
    } finally {
      follower.destroy();
      assertTrue(follower.waitFor(300, TimeUnit.SECONDS));
    }
    String told = Files.readString(said);
    assertTrue(told.startsWith(log + ": no such file; it is read once it is there\n"), told);
    assertEquals(
        List.of(new Site.Host("mail.example.com", List.of("mx1"))), Site.read(data).hosts());
    assertEquals(0, Program.run("search", "--data", data, "--id", "4jY9Sc3VmzzbyS5").status());
  }
}
