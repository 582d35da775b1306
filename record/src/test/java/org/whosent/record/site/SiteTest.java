package org.whosent.record.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.record.settings.SettingsException;

class SiteTest {
  @TempDir Path data;

  @Test
  void aLinkInThePlaceOfTheNewFileIsNotWrittenThrough() throws Exception {
    Path elsewhere = Files.writeString(data.resolve("elsewhere"), "somebody's");
    Files.createSymbolicLink(data.resolve(Site.FILE + ".new"), elsewhere);
    Site.UNKNOWN.withHost("mail.example.org", "mail").writeHosts(data);
    assertEquals("somebody's", Files.readString(elsewhere));
    assertFalse(Files.isSymbolicLink(data.resolve(Site.FILE)));
    assertTrue(Site.read(data).isOurs("mail.example.org"));
  }

  /** Who may read and write it is the operator's to say. */
  @Test
  void itsModeStays() throws Exception {
    Site site = Site.UNKNOWN.withHost("mail.example.org", "mail");
    site.writeHosts(data);
    Path file = data.resolve(Site.FILE);
    for (String mode : List.of("rw-------", "rw-rw----")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      site.withHost("mx.example.org", null).writeHosts(data);
      assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
  }

  /** On a disk of one page, which root may mount. */
  @Test
  void aFullDiskIsSaidOfTheFile() throws Exception {
    Site site = Site.UNKNOWN.withHost("mail.example.org", "mail");
    boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=4k", "whosent", data.toString()) == 0;
    assumeTrue(mounted, "SKIPPED: nothing can be mounted");
    try {
      site.writeHosts(data);
      String before = Files.readString(data.resolve(Site.FILE));
      Exception full =
          assertThrows(
              IOException.class, () -> site.withHost("mx.example.org", null).writeHosts(data));
      assertEquals(
          "the hosts cannot be remembered in %s.new: No space left on device; make room, then do this again"
              .formatted(data.resolve(Site.FILE)),
          full.getMessage());
      assertEquals(before, Files.readString(data.resolve(Site.FILE)));
    } finally {
      assertEquals(0, run("umount", data.toString()));
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void aRememberedHostLeavesTheRestOfTheFileAlone() throws Exception {
    Files.writeString(
        data.resolve(Site.FILE),
        """
        # ours
        hosts:
          - name: old.example.org   # the first one
            timezone: Europe/Berlin
        # how long
        retention: 60d
        abuse: [abuse@example.org]
        """);
    Site site =
        Site.read(data).withHost("Mail.Example.org", "mail").withHost("old.example.org", null);
    site.writeHosts(data);
    Site again = Site.read(data);
    assertEquals(site, again);
    assertEquals(Duration.ofDays(60), again.retention());
    assertEquals(ZoneId.of("Europe/Berlin"), again.hosts().getFirst().zone());
    assertTrue(Files.readString(data.resolve(Site.FILE)).contains("# ours"));
    assertTrue(Files.readString(data.resolve(Site.FILE)).contains("# how long"));
    assertEquals("Mail.Example.org", again.nameOfLogHost("MAIL"));
    assertEquals("elsewhere", again.nameOfLogHost("elsewhere"));
    assertTrue(again.isOurs("OLD.example.org"));
    assertFalse(again.isOurs("mail"), "a log's host name is not what stands after 'by'");
    again.withHost("mail.example.org", "mail").writeHosts(data);
    assertEquals(again, Site.read(data), "remembering twice is remembering once");
  }

  @Test
  void hostileNamesDoNotBreakTheFile() throws Exception {
    Site.UNKNOWN.withHost("a'b: [\nretention: 1s", "x'\"#").writeHosts(data);
    Site site = Site.read(data);
    assertEquals("a'b: [retention: 1s", site.hosts().getFirst().name());
    assertEquals(Site.DEFAULT_RETENTION, site.retention());
  }

  /** All commands take these, and none would take what came of them. */
  @Test
  void whatHostsCannotBeAddedToStaysAsItIs() throws Exception {
    Path file = data.resolve(Site.FILE);
    for (String text :
        List.of(
            "{\"retention\": \"20d\"}\n",
            "\"hosts\":\n  - name: mx.example.org\nretention: 20d\n",
            "retention: 20d\nhosts: [\n{name: mx.example.org}\n]\n")) {
      Files.writeString(file, text);
      Site site = Site.read(data);
      assertEquals(Duration.ofDays(20), site.retention());
      IOException refused =
          assertThrows(
              IOException.class, () -> site.withHost("mail.example.org", null).writeHosts(data));
      assertTrue(refused.getMessage().startsWith(file + ": the hosts cannot"), refused::getMessage);
      assertEquals(text, Files.readString(file));
      try (Stream<Path> files = Files.list(data)) {
        assertEquals(1, files.count());
      }
    }
  }

  @Test
  void aNetworkIsNoAddress() throws Exception {
    Files.writeString(
        data.resolve(Site.FILE),
        "outgoing: [192.0.2.7, 192.0.2.0/24]\nrelays: ['2001:db8::/32']\n");
    SettingsException wrong = assertThrows(SettingsException.class, () -> Site.read(data));
    assertEquals(2, wrong.lines().size(), wrong.lines()::toString);
    assertTrue(wrong.lines().getFirst().contains("192.0.2.0/24"), wrong.lines()::toString);
  }

  @Test
  void whatIsMistypedIsNoAddress() throws Exception {
    Files.writeString(
        data.resolve(Site.FILE),
        "outgoing: [192.0.2.7, 192.0.2.777, '192.0.2.7:25', 'a b', out.example.org,"
            + " münchen.example]\n"
            + "relays: ['2001:db8::1', '2001:db8::x', mx_1, 10.1]\n"
            + "abuse: [abuse@example.org, complaints, '@example.org']\n");
    SettingsException wrong = assertThrows(SettingsException.class, () -> Site.read(data));
    assertEquals(7, wrong.lines().size(), wrong.lines()::toString);
    for (String mistake : List.of("192.0.2.777", "7:25", "a b", "::x", "10.1", "complaints")) {
      assertTrue(
          wrong.lines().stream().anyMatch(line -> line.contains(mistake + "'")),
          () -> mistake + ": " + wrong.lines());
    }
  }

  @Test
  void aLinkThatLeadsNowhereIsNoUnknownSite() throws Exception {
    Files.createSymbolicLink(data.resolve(Site.FILE), data.resolve("elsewhere"));
    assertThrows(SettingsException.class, () -> Site.read(data));
  }

  @Test
  void noFileIsAnUnknownSiteAndAWrongOneIsAnError() throws Exception {
    assertEquals(Site.UNKNOWN, Site.read(data));
    Files.writeString(data.resolve(Site.FILE), "host: [a]\n");
    var e = assertThrows(SettingsException.class, () -> Site.read(data));
    assertTrue(e.getMessage().contains("did you mean 'hosts'"), e.getMessage());
    Files.writeString(data.resolve(Site.FILE), "hosts: [{name: a, timezone: Mars}]\n");
    var zone = assertThrows(SettingsException.class, () -> Site.read(data));
    assertTrue(zone.getMessage().contains("'Mars' is no zone"), zone.getMessage());
  }

  /** An empty file would mean the defaults: another retention, and no case required. */
  @Test
  void itIsThereAfterAPowerFailure() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      Path there = Files.createDirectories(data.resolve("data-" + seed));
      FaultyFileSystem files = new FaultyFileSystem(seed, there);
      if (seed % 2 == 0) {
        Files.writeString(there.resolve(Site.FILE), "retention: 90d\n");
      }
      Site.read(there).withHost("mail.example.org", "mail").writeHosts(files.path(there));
      files.failAt(0, false);
      assertThrows(
          IOException.class, () -> Files.createFile(files.path(there).resolve("after the end")));
      Site site = Site.read(there);
      assertTrue(site.isOurs("mail.example.org"), "seed " + seed);
      assertEquals(seed % 2 == 0 ? 90 : 30, site.retention().toDays(), "seed " + seed);
    }
  }
}
