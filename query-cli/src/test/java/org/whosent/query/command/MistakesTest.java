package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.Program;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/** What operators mistype, misname and lose: one line that says what, where and what to do. */
class MistakesTest {
  @TempDir Path directory;
  private Path data;

  @BeforeEach
  void fill() throws Exception {
    data = directory.resolve("data");
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = Instant.now();
    b.transactionId = "4jY9Sc3VmzzbyS5";
    b.host = "mail.example.org";
    b.origin = Origin.AUTHENTICATED;
    b.user = "alice";
    b.recipients = List.of(Recipient.of("bob@example.net"));
    b.provenance = List.of();
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.add(b.build());
      batch.commit();
    }
  }

  /** As it stands in a log; a hold on it would else be in force and keep nothing. */
  @Test
  void anAddressInAngleBracketsIsThatAddress() throws Exception {
    assertEquals(
        0, Program.run("search", "--data", data, "--recipient", "<Bob@example.net>").status());
    assertLine("--sender: an empty value", "search", "--data", data, "--sender", "<>");
  }

  /** Who hears nothing takes it for nobody. */
  @Test
  void aDomainThatWasTakenForAnAddressIsSaid() throws Exception {
    for (String command : List.of("search", "export")) {
      Program.Result none = Program.run(command, "--data", data, "--recipient", "example.net");
      assertEquals(1, none.status());
      assertTrue(
          none.err().contains("write --recipient @example.net") && none.err().contains("'example"),
          none.err());
    }
    for (String sender : List.of("example.org", "@example.org", "Al <alice@example.org>")) {
      Program.Result none = Program.run("search", "--data", data, "--sender", sender);
      assertEquals(1, none.status());
      assertEquals(1, none.err().lines().count(), none.err());
      assertTrue(none.err().contains("--sender: '" + sender + "' was taken"), none.err());
    }
    assertEquals(
        "", Program.run("search", "--data", data, "--recipient", "nobody@example.net").err());
    assertEquals(
        0, Program.run("search", "--data", data, "--recipient", "<@Example.net>").status());

    String said = hold("domain", "--recipient", "example.net").err();
    assertTrue(said.contains("it covers 0 records now"), said);
    assertTrue(said.contains("write --recipient @example.net"), said);
    said = hold("right", "--recipient", "@example.net").err();
    assertTrue(said.contains("it covers 1 record now, and keeps what is indexed later"), said);
    assertEquals(1, said.lines().count(), said);
  }

  /** A domain's name may be somebody's on this machine. */
  @Test
  void aLocalPartMayReadLikeADomain() throws Exception {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = Instant.now();
    b.transactionId = "4jY9Sc3VmzzbyS6";
    b.host = "mail.example.org";
    b.origin = Origin.AUTHENTICATED;
    b.mailFrom = "example.org";
    b.recipients = List.of(Recipient.of("example.net"));
    b.provenance = List.of();
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.add(b.build());
      batch.commit();
    }
    for (String option : List.of("--recipient=example.net", "--sender=example.org")) {
      Program.Result found = Program.run("search", "--data", data, option, "--output", "ids");
      assertEquals(List.of("4jY9Sc3VmzzbyS6"), found.lines());
      assertEquals("", found.err());
    }
    String said = hold("h", "--sender", "example.org").err();
    assertTrue(said.contains("it covers 1 record now") && said.lines().count() == 1, said);
  }

  private Program.Result hold(String name, String... filter) throws Exception {
    Program.Result result =
        Program.run("hold", "add", "--data", data, "--name", name, filter[0], filter[1]);
    assertEquals(0, result.status(), result.err());
    return result;
  }

  /** RFC 3339 allows more than is usual. */
  @Test
  void timesAreReadAsPeopleMayWriteThem() throws Exception {
    for (String since :
        List.of("2016-12-31T23:59:60Z", "2016-12-31 23:59:59Z", "2016-12-31t23:59:59z")) {
      assertEquals(0, Program.run("search", "--data", data, "--since", since).status(), since);
    }
    assertLine("is no time", "search", "--data", data, "--since", "2016-12-30T23:59:60Z");
    String zone = "expected one with its zone (2026-11-23T15:00:00Z, or +01:00 in place of Z)";
    assertLine(zone, "search", "--data", data, "--since", "2026-11-23 15:00:00");
  }

  /** The port of a police request, and an address as logs and `search` write it. */
  @Test
  void aClientsPortIsToBeComparedInWhatIsFound() throws Exception {
    assertEquals(1, Program.run("search", "--data", data, "--client", "[192.0.2.7]").status());
    for (String client : List.of("192.0.2.7:40211", "[192.0.2.7]:40211", "[2001:db8::7]:40211")) {
      assertLine("; leave the port out, and compare", "search", "--data", data, "--client", client);
    }
    for (String client : List.of("192.0.2", "2001:db8::7::8", "[192.0.2.7", "pc.example.org")) {
      assertLine("2001:db8::/32\n", "search", "--data", data, "--client", client);
    }
  }

  @Test
  void helpOfACommandIsItsHelpWhateverStandsBehind() throws Exception {
    String expected = Program.run("hold", "--help").out();
    assertEquals(expected, Program.run("help", "hold", "add").out());
  }

  @Test
  void eachIsOneLine() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "hello\n");
    assertLine("file: is a file; --data names a directory", "index", "--data", file, file);
    assertLine("file: is a file; --data names a directory", "status", "--data", file);
    Program.Result early = Program.run("--data", data, "search");
    assertEquals(2, early.status());
    assertEquals(
        "whosent: '--data' stands before the command; write it behind: whosent COMMAND --data\n",
        early.err());
    assertLine("index: an empty name, as of a variable", "index", "--data", data, file, "");
    assertLine("--data: an empty name", "search", "--data", "", "--user", "alice");
    assertLine("--user: an empty name is nobody's", "erase", "--data", data, "--user", " ");
    assertLine("--day: no records of 2020-01-01", "rebuild", "--data", data, "--day", "2020-01-01");
    assertLine("Unknown option: '-x'", "trace", "-x");
    assertLine("Unknown option: '--limt'", "search", "--data", data, "--limt", "3");
    assertLine(
        "'alice' is too much: no option stands before it;", "search", "--data", data, "alice");
    assertLine("'bob' is too much", "user-report", "--data", data, "alice", "bob");
    assertLine("name the account: USER\n", "user-report", "--data", data);
    assertLine("one account at a time", "user-report", "--data", data, "--user", "a", "a");
    assertLine("an empty user name", "user-report", "--data", data, "--user", "");
    assertLine(
        "expected one of [text, json], found 'csv';", "status", "--data", data, "--output=csv");
    assertLine("hold: expected one of [add, list, release], found 'frob';", "hold", "frob");
    assertLine("--user: an empty value finds nothing\n", "search", "--data", data, "--user=");
    assertLine("; a text is read from a file, or from -", "trace", "--data", data, "ID 4jY9 in it");
    assertLine("'--limit': 'x' is no number;", "search", "--data", data, "--limit", "x");
    assertLine("is no number;", "submit", "--host", "h", "--to", "b@c.example", "--smtp-port", "x");
    Path users = directory.resolve("users.passwd");
    Path lost = directory.resolve("none/users.passwd");
    assertLine("no password came on standard input", "user", "add", "--users", users, "bob");
    assertLine("none: no such directory", "user", "suspend", "--users", lost, "bob");
    assertLine("is not after --since", "search", "--data", data, "--since", "1d", "--until", "2d");
    assertLine(
        "is not after --since",
        "user-report",
        "--data",
        data,
        "alice",
        "--since",
        "2026-11-02",
        "--until",
        "2026-11-02");
    assertLine("data: is not empty", "warm-up", "store", data);
    // A script that gives the desk one directory relies on it: docs/privacy.md.
    for (String command : List.of("trace", "search", "user-report")) {
      assertLine("only once", command, "--data", data, "--data", directory);
      assertLine("only once", command, "--data", data, "--data=" + directory);
    }
    assertLine("--to: an empty name", "export", "--data", data, "--to", "");
    assertLine(
        "none is no directory", "export", "--data", data, "--to", directory.resolve("none/a.csv"));
  }

  /** The system says "Is a directory" and no more. */
  @Test
  void aDirectoryInAFilesPlaceIsNamed() throws Exception {
    List<Object> submit = List.of("submit", "--host", "h.example", "--to", "b@c.example");
    List<Object> message = new ArrayList<>(submit);
    message.addAll(List.of("--from", "a@b.example", directory));
    assertLine(directory + ": Is a directory", message.toArray());
    List<Object> password = new ArrayList<>(submit);
    password.addAll(List.of("--user", "a@b.example", "--probe", "--password-file", directory));
    assertLine("--password-file: " + directory + ": Is a directory", password.toArray());
  }

  @Test
  void aManifestThatCannotBeReadIsNamed() throws Exception {
    Files.delete(data.resolve("MANIFEST"));
    Files.createDirectory(data.resolve("MANIFEST"));
    for (String command : List.of("status", "verify")) {
      Program.Result result = Program.run(command, "--data", data);
      assertEquals(2, result.status(), result.err());
      assertEquals(1, result.err().lines().count(), result.err());
      assertTrue(
          result.err().startsWith("whosent " + command + ": " + data)
              && result
                  .err()
                  .contains("MANIFEST: cannot be read: Is a directory; MANIFEST.copy is"),
          result.err());
      assertTrue(result.out().startsWith("records    1 "), result.out());
    }
    assertEquals(0, Program.run("search", "--data", data).status());
    Program.Result sealed = Program.run("seal", "--data", data);
    assertTrue(sealed.err().contains("warning: " + data), sealed.err());
    Files.delete(data.resolve("MANIFEST.copy"));
    assertLine("MANIFEST: cannot be read: Is a directory", "status", "--data", data);
  }

  /** A link to itself: whoever runs this may look at all else. */
  @Test
  void whatCannotBeLookedAtIsNotEmpty() throws Exception {
    Path keys = data.resolve("keys");
    Files.createSymbolicLink(keys, keys);
    assertLine("keys: Too many levels of symbolic links", "key", "list", "--data", data);
    assertLine("keys: Too many levels of symbolic links", "search", "--data", keys, "--user", "a");
    Path loop = Files.createSymbolicLink(directory.resolve("l.eml"), directory.resolve("l.eml"));
    Files.delete(keys);
    assertLine("l.eml: Too many levels of symbolic links", "trace", "--data", data, loop);
    assertLine("is no file, no transaction", "trace", "--data", data, "? ".repeat(400));
    Program.Result index = Program.run("index", "--data", data, loop);
    assertTrue(index.err().startsWith(loop + ": Too many levels of symbolic"), index.err());
  }

  /** What was to be there, and is not, is no silence. */
  @Test
  void aLinkToNothingAmongMessagesIsSaid() throws Exception {
    Path inbox = Files.createDirectory(directory.resolve("inbox"));
    Files.writeString(inbox.resolve("a.eml"), "Subject: a\n\na\n");
    Files.createSymbolicLink(inbox.resolve("gone.eml"), inbox.resolve("nowhere"));
    Program.Result trace = Program.run("trace", "--data", data, inbox);
    assertEquals(2, trace.status());
    assertEquals(1, trace.err().lines().filter(l -> l.contains("gone.eml: ")).count());
    assertTrue(trace.out().contains("a.eml"), trace.out());
  }

  /** A variable of a script that was not set. */
  @Test
  void anEmptyCaseIsNone() throws Exception {
    for (String empty : List.of("", " ")) {
      assertLine(
          "--case: an empty value", "search", "--data", data, "--user", "alice", "--case", empty);
      assertLine("--case: an empty value", "trace", "--data", data, "--case", empty, "aaaaaa");
    }
  }

  @Test
  void aDomainIsADomainWhereAFileHasItsName() throws Exception {
    Files.writeString(directory.resolve("example.net"), "nobody@example.com\n");
    ProcessBuilder search =
        Program.command("search", "--data", data, "--recipient", "@example.net", "--output", "ids");
    Process process = search.directory(directory.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    assertEquals("4jY9Sc3VmzzbyS5\n", out);
  }

  @Test
  void aLogThatIsMissingLeavesNothingBehind() throws Exception {
    Path anew = directory.resolve("anew");
    Path lost = directory.resolve("lost.log");
    Program.Result result = Program.run("index", "--data", anew, "--host", "mx.example.org", lost);
    assertEquals(2, result.status());
    assertEquals(lost + ": no such file\n", result.err());
    assertFalse(Files.exists(anew));
  }

  /** It may be a slip of the pen; and it may be the name that a service is to know. */
  @Test
  void theHostOfAnEmptyLogIsNotRememberedAndThatIsSaid() throws Exception {
    Path empty = Files.createFile(directory.resolve("mail.log"));
    Program.Result result =
        Program.run("index", "--data", data, "--host", "mial.example.com", empty);
    assertEquals(0, result.status());
    assertTrue(
        result.err().contains("no log was read as of --host mial.example.com, so it is not"),
        result.err());
    Path site = data.resolve("site.yaml");
    assertFalse(Files.exists(site) && Files.readString(site).contains("mial"));
  }

  @Test
  void aDirectoryWithoutAFileIsSaid() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Files.writeString(empty.resolve(".hidden"), "no log");
    Program.Result result = Program.run("index", "--data", data, "--quiet", empty);
    assertEquals(0, result.status(), result.err());
    assertTrue(result.err().contains("nothing was read: there is no file in "), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  @Test
  void aFormatThatIsNotTheLogsIsSaid() throws Exception {
    Path log = directory.resolve("mail.log");
    Files.writeString(log, "Nov 23 15:52:45 mail postfix/qmgr[1]: 4jY9: removed\n".repeat(3));
    Program.Result wrong = Program.run("index", "--data", data, "--format", "exim", log);
    assertTrue(wrong.err().contains("warning: " + log + ": no line is of exim;"), wrong.err());
    Program.Result right = Program.run("index", "--data", data, "--format", "postfix", log);
    assertFalse(right.err().contains("no line is of"), right.err());
    assertTrue(right.err().contains("postfix, 3 lines read"), right.err());
  }

  /** From cron: what is printed is mailed. */
  @Test
  void aQuietRunSaysOnlyWhatIsWrong() throws Exception {
    Files.writeString(data.resolve("site.yaml"), "hosts: [{name: mail}]\n");
    Path log = directory.resolve("mail.log");
    Files.writeString(log, "Nov 23 15:52:45 mail postfix/qmgr[1]: 4jY9: removed\n");
    for (int run = 0; run < 2; run++) {
      Program.Result quiet = Program.run("index", "--quiet", "--data", data, log);
      assertEquals(0, quiet.status());
      assertEquals("", quiet.out() + quiet.err());
    }
    assertEquals(log + ": nothing new\n", Program.run("index", "--data", data, log).err());
    Path rotated = directory.resolve("mail.log.1");
    String later = "Nov 23 15:52:46 mail postfix/qmgr[1]: 4jYA: removed\n";
    Files.writeString(rotated, Files.readString(log) + later);
    Files.writeString(log, later.replace("46", "47").replace("4jYA", "4jYB"));
    Program.Result daily = Program.run("index", "--quiet", "--data", data, log);
    assertEquals("", daily.err());
    String status = Program.run("status", "--data", data).out();
    assertTrue(status.contains(" 3 lines, "), status);
    Path lost = directory.resolve("lost.log");
    Program.Result half = Program.run("index", "--quiet", "--data", data, log, lost);
    assertEquals(2, half.status());
    assertEquals(lost + ": no such file\n", half.err());
    assertEquals("", Program.run("seal", "--quiet", "--data", data, "--older-than", "0d").err());
    assertEquals(
        "whosent seal: 0 days packed\n",
        Program.run("seal", "--data", data, "--older-than", "0d").err());
  }

  @Test
  void aLogThatIsCutOffIsNotMissing() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("Nov 23 15:52:45 mail postfix/qmgr[1]: 4jY9: removed\n".repeat(500).getBytes());
    }
    Path log = directory.resolve("mail.log.1.gz");
    Files.write(log, Arrays.copyOf(packed.toByteArray(), packed.size() / 2));
    Program.Result result = Program.run("index", "--data", data, log);
    assertEquals(2, result.status());
    assertTrue(result.err().contains("cut off"), result.err());
    assertFalse(result.err().contains("no such file"), result.err());
  }

  @Test
  void nothingToTraceIsNoSuccess() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("complaints"));
    Program.Result result = Program.run("trace", "--data", data, empty);
    assertEquals(1, result.status());
    assertEquals("", result.out());
    assertEquals("whosent trace: there is no message in what was given\n", result.err());
  }

  @Test
  void anExportReplacesNoDeviceAndNoLink() throws Exception {
    Path target = directory.resolve("target.csv");
    Files.writeString(target, "old");
    Path link = Files.createSymbolicLink(directory.resolve("link.csv"), target);
    assertEquals(0, Program.run("export", "--data", data, "--to", link).status());
    assertTrue(Files.isSymbolicLink(link));
    assertTrue(Files.readString(target).contains("4jY9Sc3VmzzbyS5"));

    Program.Result out = Program.run("export", "--data", data, "--to", "/dev/stdout");
    assertEquals(0, out.status(), out.err());
    assertTrue(out.out().contains("4jY9Sc3VmzzbyS5"), "written where standard output leads to");

    Program.Result full = Program.run("export", "--data", data, "--to", "/dev/full");
    assertEquals(2, full.status(), full.err());
    String room = "cannot write /dev/full: No space left on device; make room, then do this again";
    assertTrue(full.err().contains(room), full.err());

    Path pipe = directory.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Process export = Program.command("export", "--data", data, "--to", pipe).start();
    String piped = Files.readString(pipe);
    assertEquals(0, export.waitFor());
    assertTrue(piped.contains("4jY9Sc3VmzzbyS5"), piped);
    assertFalse(Files.isRegularFile(pipe), "the pipe is one still");
  }

  @Test
  void aHyphenIsStandardOutput() throws Exception {
    ProcessBuilder export = Program.command("export", "--data", data, "--to", "-");
    Process process = export.directory(directory.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    assertTrue(out.contains("4jY9Sc3VmzzbyS5"), out);
    assertFalse(Files.exists(directory.resolve("-")));
  }

  /** The names under which stores keep the filters are no words that anybody typed. */
  @Test
  void aHoldIsListedAsItWasTyped() throws Exception {
    List<String> typed =
        List.of(
            "envelope-id=e1",
            "local-user=uid:0",
            "message-id=a@b",
            "recipient=@example.net",
            "recipient=bob@example.net",
            "sender=alice@example.org");
    for (String filter : typed) {
      int equals = filter.indexOf('=');
      hold(filter, "--" + filter.substring(0, equals), filter.substring(equals + 1));
    }
    List<String> listed = Program.run("hold", "list", "--data", data).lines();
    assertEquals(
        typed, listed.stream().map(line -> line.substring(line.lastIndexOf("  ") + 2)).toList());
    String json =
        Program.run("hold", "list", "--data", data, "--name", typed.get(3), "--output=json").out();
    assertTrue(json.contains("\"filters\":[\"recipient=@example.net\"]"), json);
  }

  /** Whoever answers for an erasure takes silence for success. */
  @Test
  void anErasureThatFoundNobodySaysSo() throws Exception {
    for (int run = 0; run < 2; run++) {
      Program.Result nobody = Program.run("erase", "--data", data, "--user", "alice@example.org");
      assertEquals(0, nobody.status());
      assertTrue(nobody.err().contains("no failed login of 'alice@example.org' was"), nobody.err());
    }
    Program.Result alice = Program.run("erase", "--data", data, "--user", "alice");
    assertEquals(1, alice.err().lines().count(), alice.err());
  }

  /** A terminal in another encoding: who hears nothing takes that for nobody. */
  @Test
  void aValueThatIsNotUtf8IsSaid() throws Exception {
    String said = "'b\ufffdse' is not UTF-8";
    Program.Result none = Program.run("search", "--data", data, "--user", "b\ufffdse");
    assertEquals(1, none.status());
    assertTrue(none.err().contains(said), none.err());
    assertTrue(
        Program.run("user-report", "--data", data, "b\ufffdse").err().contains(said), none.err());
    assertTrue(Program.run("erase", "--data", data, "--user", "b\ufffdse").err().contains(said));
    assertTrue(hold("odd", "--sender", "b\ufffdse").err().contains(said));
  }

  /** Purged is gone: a copy there would stay, and one under a name of ours would end the index. */
  @Test
  void anExportIsNotWrittenIntoTheDataDirectory() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("other"), data);
    Path manifest = Files.createSymbolicLink(directory.resolve("m.csv"), data.resolve("MANIFEST"));
    for (Path to :
        List.of(
            data.resolve("MANIFEST"),
            data.resolve("new.txt"),
            data.resolve("days").resolve("a.csv"),
            link.resolve("lock"),
            manifest)) {
      assertLine("is in the data directory", "export", "--data", data, "--to", to);
    }
    Path near = directory.resolve("data.csv");
    assertEquals(0, Program.run("export", "--data", data, "--to", near).status());
    Program.Result beside = Program.run("export", "--data", data, "--to", data.resolve("a.csv"));
    assertEquals(0, beside.status());
    assertTrue(beside.err().contains("purge and erase will not find it"), beside.err());
    assertEquals(0, Program.run("status", "--data", data).status());
  }

  /** What is kept must be shown again: in status, in the list of holds. */
  @Test
  void aSpanOfAgesIsRefused() throws Exception {
    String ages = "99999999d";
    assertLine("is no time", "hold", "add", "--data", data, "--name", "a", "--since", ages);
    assertLine("is no span", "purge", "--data", data, "--retention", ages);
    assertLine("is no span", "seal", "--data", data, "--older-than", ages);
    Files.writeString(data.resolve("site.yaml"), "retention: 36501d\n");
    assertLine("of 36500d at most, found '36501d'", "purge", "--data", data);
    Files.writeString(data.resolve("site.yaml"), "retention: 36500d\n");
    assertEquals(0, Program.run("purge", "--data", data).status());
    assertEquals(0, hold("old", "--since", "36500d").status());
    assertEquals(0, Program.run("hold", "list", "--data", data).status());
    assertEquals(0, Program.run("status", "--data", data).status());
  }

  /** Who cannot type it cannot release it. */
  @Test
  void aHoldsNameIsOneThatCanBeTyped() throws Exception {
    for (String name : List.of("a\nb", "a\u200bb", "b\ufffdse", "n".repeat(201))) {
      assertLine(
          "--name: at most 200 characters",
          "hold",
          "add",
          "--data",
          data,
          "--name",
          name,
          "--user",
          "alice");
    }
    assertEquals(0, hold("Fall 4711/ä", "--user", "alice").status());
    assertEquals(0, hold("other", "--user", "bob").status());
    // Or it would look as if that was all that is held of him.
    for (String action : List.of("list", "release")) {
      assertLine("filters go with 'add' only", "hold", action, "--data", data, "--user", "alice");
    }
    Program.Result one = Program.run("hold", "list", "--data", data, "--name", "other");
    assertEquals(1, one.lines().size(), one.out());
    assertEquals(1, Program.run("hold", "list", "--data", data, "--name", "none").status());
  }

  @Test
  void whatMayBeIncompleteIsAnError() throws Exception {
    try (Stream<Path> files = Files.walk(data.resolve("days"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".records")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 9));
      }
    }
    for (List<Object> look :
        List.of(
            List.<Object>of("trace", "4jY9Sc3VmzzbyS5"),
            List.<Object>of("search"),
            List.<Object>of("export"),
            List.<Object>of("user-report", "alice"))) {
      List<Object> arguments = new ArrayList<>(look);
      arguments.addAll(1, List.of("--data", data));
      Program.Result result = Program.run(arguments.toArray());
      assertEquals(2, result.status(), look + result.out());
      assertTrue(result.err().contains("is damaged"), look + result.err());
    }
  }

  private static void assertLine(String expected, Object... arguments) throws Exception {
    Program.Result result = Program.run(arguments);
    assertEquals(2, result.status(), List.of(arguments) + result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().startsWith("whosent " + arguments[0] + ": "), result.err());
    assertTrue(result.err().contains(expected), result.err());
    assertEquals("", result.out());
  }

  /** The JVM makes U+FFFD of what is not UTF-8: a file of another name would be written. */
  @Test
  void aNameThatIsNotUtf8IsNotWritten() throws Exception {
    Path odd = directory.resolve("b\ufffdse");
    String said = odd + ": a name that is not UTF-8";
    assertLine(said, "export", "--data", data, "--user", "alice", "--to", odd);
    assertLine(said, "index", "--data", odd, directory.resolve("none.log"));
    assertLine(said, "user", "add", "--no-password", "--users", odd, "alice");
    assertFalse(Files.exists(odd));
    Path users = directory.resolve("users");
    assertLine(
        "a name that is not UTF-8: nobody could log in by it",
        "user",
        "add",
        "--no-password",
        "--users",
        users,
        "b\ufffdse");
    assertFalse(Files.exists(users));
    Files.createDirectory(odd); // so named indeed
    assertEquals(1, Program.run("search", "--data", odd).status());
  }

  @Test
  void aSettingWithABlankSaysSo() throws Exception {
    Path users = directory.resolve("users");
    assertEquals(0, Program.run("user", "add", "--no-password", "--users", users, "al").status());
    assertLine(
        "a setting has no blank in it, found 'from=a b'",
        "user",
        "set",
        "--users",
        users,
        "al",
        "from=a b");
  }

  @Test
  void aDirectoryWithoutKeysSaysSo() throws Exception {
    Program.Result none = Program.run("key", "list", "--data", data);
    assertEquals(1, none.status());
    assertEquals(1, none.err().lines().count(), none.err());
    assertTrue(none.err().contains("no key in"), none.err());
  }

  /** Who hears nothing takes it for nobody, also where nothing could have been found. */
  @Test
  void aTimeOfWhichNoLogWasReadIsSaid() throws Exception {
    Instant now = Instant.now();
    Instant hourAgo = now.minusSeconds(3600);
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.covered(new Coverage.Span("mx1", hourAgo.minusSeconds(3600), hourAgo));
      batch.covered(new Coverage.Span("mx2", hourAgo.minusSeconds(1800), hourAgo));
      batch.commit();
    }
    Path empty = Files.createDirectory(directory.resolve("empty"));
    for (List<String> look :
        List.of(
            List.of("search", "--user", "nobody"),
            List.of("search", "--failed-logins"),
            List.of("export", "--user", "nobody"),
            List.of("user-report", "nobody"))) {
      List<Object> arguments = new ArrayList<>(look);
      arguments.addAll(List.of("--data", data, "--since"));
      String covered =
          "no log of that time was read; those that were reach from "
              + Times.format(hourAgo.minusSeconds(3600))
              + " to "
              + Times.format(hourAgo);
      String said = nothing(arguments, "50m");
      assertTrue(said.contains(look.getFirst() + ": " + covered), said);
      said = nothing(arguments, "3d", "--until", "2d");
      assertTrue(said.contains(look.getFirst() + ": " + covered), said);
      said = nothing(arguments, "70m");
      assertFalse(said.contains("no log"), said);

      arguments.set(arguments.indexOf(data), empty);
      said = nothing(arguments, "70m");
      assertTrue(
          said.contains(look.getFirst() + ": the index is empty: no log was read yet"), said);
    }
    assertEquals(0, Program.run("purge", "--data", data, "--retention", "7d").status());
    for (List<String> span : List.of(List.of("30d"), List.of("30d", "--until", "20d"))) {
      String said =
          nothing(List.of("search", "--data", data, "--user", "nobody", "--since"), span.toArray());
      assertTrue(said.startsWith("whosent search: what is from before "), said);
      assertEquals(1, said.lines().count(), said);
    }
  }

  /** What a command that finds nothing says on standard error. */
  private static String nothing(List<Object> look, Object... more) throws Exception {
    List<Object> arguments = new ArrayList<>(look);
    arguments.addAll(List.of(more));
    Program.Result result = Program.run(arguments.toArray());
    assertEquals(1, result.status(), result.err());
    return result.err();
  }

  @Test
  void aHelpThatCannotBeWrittenIsAnError() throws Exception {
    for (List<String> help :
        List.of(
            List.of("--help"),
            List.of("--version"),
            List.of("search", "--help"),
            List.of("warm-up", "--help"))) {
      Path err = directory.resolve("err");
      Process process =
          Program.command(help.toArray())
              .redirectOutput(Path.of("/dev/full").toFile())
              .redirectError(err.toFile())
              .start();
      assertEquals(2, process.waitFor(), help.toString());
      assertTrue(Files.readString(err).contains("cannot write the result"), Files.readString(err));
    }
  }

  /** Of a directory for temporary files that is full, read-only or noexec. */
  @Test
  void aLibraryThatCannotBeUnpackedIsNoBug() throws Exception {
    Path err = directory.resolve("err");
    ProcessBuilder search = Program.command("search", "--data", data, "--user", "alice");
    search.command().add(1, "-DZstdTempFolder=" + directory.resolve("none"));
    assertEquals(2, search.redirectError(err.toFile()).start().waitFor());
    String said = Files.readString(err);
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.contains("libzstd-jni") && said.contains("java.io.tmpdir"), said);
  }
}
