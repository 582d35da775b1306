package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.segment.BlockText;
import org.whosent.query.Program;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * All commands beside each other on one data directory, in processes of their own that are killed
 * (SIGKILL) anywhere: two that index, one of them following a log that grows; one that purges,
 * erases, seals, rebuilds, and adds and releases a hold; one that looks. Whoever looks is shown
 * nothing wrong meanwhile. In the end, once each command has run to its end, all is as in a store
 * where nobody was killed and one came after the other.
 *
 * <p>Only with {@code -P kills}, twenty rounds, or {@code -Dwhosent.mix.rounds=N}: processes and
 * instants are the machine's. The seed is printed, {@code -Dwhosent.seed=N} takes it again.
 */
class MixedKillsTest {
  private static final int ROUNDS = Integer.getInteger("whosent.mix.rounds", 0);

  /** Commands of each of the actors, in a round. */
  private static final int COMMANDS = Integer.getInteger("whosent.mix.commands", 2);

  private static final int SIGKILL = 128 + 9;
  private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

  /** Purged, but for what is under hold. */
  private static final LocalDate OLD = TODAY.minusDays(40);

  private static final List<String> USERS =
      List.of("alice", "bob", "held", "temp", "victim0", "victim1");

  /** Nothing of theirs is to be left. */
  private static final List<String> ERASED = List.of("temp", "victim0", "victim1");

  private static final Pattern TEXT = Pattern.compile("\"(\\w+)\":\"([^\"]{0,200})\"");

  @TempDir Path directory;

  private final AtomicInteger kills = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();
  private final AtomicInteger cases = new AtomicInteger();

  /** The exit status of each command that is in the access log, by its case; killed ones too. */
  private final Map<String, Integer> statuses = new ConcurrentHashMap<>();

  private Path data;
  private Path logs;
  private volatile boolean over;

  /** A message that somebody submitted. */
  private record Message(String id, String user, LocalDate day, int number) {
    static Message of(String file, LocalDate day, int number) {
      int hash = (file.hashCode() & 0xfff) * 1000 + number;
      return new Message(
          "%X".formatted(0x4A0000000L + hash), USERS.get(number % USERS.size()), day, number);
    }

    String client() {
      return "192.0.2." + (1 + USERS.indexOf(user));
    }

    String messageId() {
      return "<" + id + "." + user + "@example.com>";
    }

    String lines() {
      String time = "%sT10:%02d:%02d+00:00 mail postfix/".formatted(day, number / 60, number % 60);
      String failed =
          number % 5 > 0
              ? ""
              : time
                  + "submission/smtpd[99]: warning: unknown[192.0.2.99]: SASL PLAIN authentication"
                  + " failed: (reason unavailable), sasl_username="
                  + user
                  + "\n";
      return failed
          + "%ssubmission/smtpd[100]: %s: client=unknown[%s], sasl_method=PLAIN, sasl_username=%s%n"
              .formatted(time, id, client(), user)
          + "%scleanup[101]: %s: message-id=%s%n".formatted(time, id, messageId())
          + "%sqmgr[102]: %s: from=<%s@example.com>, size=400, nrcpt=1 (queue active)%n"
              .formatted(time, id, user)
          + "%ssmtp[103]: %s: to=<r@example.net>, relay=mx[192.0.2.200]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)%n"
              .formatted(time, id)
          + "%sqmgr[102]: %s: removed%n".formatted(time, id);
    }
  }

  private final Map<String, Message> messages = new HashMap<>();

  private String log(String name, LocalDate day, int count) {
    StringBuilder text = new StringBuilder();
    for (int number = 0; number < count; number++) {
      Message message = Message.of(name, day, number);
      messages.put(message.id, message);
      text.append(message.lines());
    }
    return text.toString();
  }

  private static void journal(Path home, LocalDate day) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int number = 0; number < 30; number++) {
      SubmissionRecord.Builder b = new SubmissionRecord.Builder();
      b.time = day.atStartOfDay(ZoneOffset.UTC).toInstant().plusSeconds(number);
      b.transactionId = "JOURNAL" + number;
      b.host = "msa.example.com";
      b.origin = Origin.AUTHENTICATED;
      b.user = USERS.get(number % USERS.size());
      b.client = "192.0.2.77";
      b.mailFrom = b.user + "@example.com";
      b.recipients = List.of(Recipient.of("r@example.net"));
      lines.writeBytes(JournalCodec.encode(new JournalEntry.Submission(b.build())));
      lines.write('\n');
    }
    String name = DateTimeFormatter.BASIC_ISO_DATE.format(day);
    Files.write(
        Files.createDirectories(home.resolve("journal")).resolve("journal-" + name + "-0000.jsonl"),
        lines.toByteArray());
  }

  /** What came of a command; killed where the status is that of SIGKILL. */
  private record Ran(int status, String out, String err) {
    boolean killed() {
      return status == SIGKILL;
    }
  }

  /**
   * Runs a command, and kills it perhaps.
   *
   * @param random where it is to be killed; null where it is not
   */
  private Ran run(Random random, Object... arguments) throws Exception {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.addAll(1, arguments[0].equals("hold") ? List.of() : List.of("--data", data));
    String caseNumber = "case-" + cases.incrementAndGet();
    boolean logged =
        List.of("trace", "search", "export", "hold", "erase", "purge").contains(arguments[0]);
    if (arguments[0].equals("hold")) {
      all.addAll(2, List.of("--data", data));
    }
    if (logged) {
      all.addAll(arguments[0].equals("hold") ? 2 : 1, List.of("--case", caseNumber));
    }
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    Process process =
        Program.command(all.toArray())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    process.getOutputStream().close();
    if (random != null) {
      killSoon(process, random);
    }
    int status = process.waitFor();
    (status == SIGKILL ? kills : ends).incrementAndGet();
    if (logged) {
      statuses.put(caseNumber, status);
    }
    Ran ran = new Ran(status, Files.readString(out), Files.readString(err));
    Files.delete(out);
    Files.delete(err);
    assertFalse(ran.err.contains("bug in whosent"), all + ": " + ran.err);
    return ran;
  }

  /** A command begins with starting a JVM, which is not what this is about. */
  private void killSoon(Process process, Random random) throws Exception {
    boolean late = random.nextInt(4) > 0;
    while (late && process.isAlive() && !isInData(process)) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    if (!process.waitFor(random.nextInt(late ? 400 : 1500), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
    }
  }

  /** Whether it has a file of the data directory open; true also where nobody can tell. */
  private boolean isInData(Process process) {
    Path open = Path.of("/proc", Long.toString(process.pid()), "fd");
    try (Stream<Path> files = Files.list(open)) {
      return files.anyMatch(
          file -> {
            try {
              return Files.readSymbolicLink(file).startsWith(data);
            } catch (IOException _) {
              return false; // closed by now
            }
          });
    } catch (IOException | java.io.UncheckedIOException _) {
      return !Files.isDirectory(open);
    }
  }

  private Ran whole(Object... arguments) throws Exception {
    Ran ran = run(null, arguments);
    assertEquals(0, ran.status, List.of(arguments) + ": " + ran.err);
    return ran;
  }

  // Who takes part -------------------------------------------------------------------------------

  private Void index(long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < COMMANDS; i++) {
      Object what =
          List.of(logs.resolve("a.log"), logs.resolve("b.log.gz"), data.resolve("journal"))
              .get(random.nextInt(3));
      expect(run(random, "index", what), 0);
    }
    return null;
  }

  private Void follow(long seed, String text) throws Exception {
    Random random = new Random(seed);
    Path live = logs.resolve("live.log");
    for (int written = 0; written < text.length() || !over; ) {
      Process follower =
          Program.command("index", "--data", data, "--follow", live)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(directory.resolve("follower").toFile())
              .start();
      follower.getOutputStream().close();
      for (int i = random.nextInt(20); i > 0 || over && written < text.length(); i--) {
        int end = Math.min(text.length(), written + random.nextInt(text.length() / 20));
        Files.writeString(live, text.substring(written, end), StandardOpenOption.APPEND);
        written = end;
        TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
      }
      assertTrue(follower.isAlive(), () -> "the follower: " + read(directory.resolve("follower")));
      follower.destroyForcibly().waitFor();
      kills.incrementAndGet();
    }
    return null;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Void forget(long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 2 * COMMANDS; i++) {
      switch (random.nextInt(7)) {
        case 0 -> expect(run(random, "purge", "--retention", "30d"), 0);
        case 1 -> expect(run(random, "seal", "--older-than", "0s"), 0);
        case 2 -> expect(run(random, "rebuild"), 0);
        case 3 -> {
          Ran added = run(random, "hold", "add", "--name", "temp", "--user", "temp");
          if (!added.err.contains("'temp' is in force")) {
            expect(added, 0);
          }
        }
        case 4 -> expect(run(random, "hold", "release", "--name", "temp"), 0, 1);
        default ->
            expect(run(random, "erase", "--user", ERASED.get(random.nextInt(ERASED.size()))), 0);
      }
    }
    return null;
  }

  private static void expect(Ran ran, Integer... statuses) {
    assertTrue(ran.killed() || List.of(statuses).contains(ran.status), ran.toString());
  }

  private Void look(long seed) throws Exception {
    Random random = new Random(seed);
    Set<String> seen = new HashSet<>();
    List<Message> all =
        messages.values().stream()
            .filter(m -> m.user.equals("alice") && !m.day.equals(OLD))
            .toList();
    while (!over) {
      switch (random.nextInt(5)) {
        case 0 -> {
          Message message = all.get(random.nextInt(all.size()));
          Ran ran = run(random, "trace", "--output", "json", message.id);
          expect(ran, seen.contains(message.id) ? List.of(0) : List.of(0, 1));
          if (ran.status == 0) {
            seen.add(message.id);
            assertTrue(ran.out.contains("\"verdict\":\"identified\",\"user\":\"alice\""), ran.out);
          }
        }
        case 1 -> {
          Path to = directory.resolve("export.json");
          Files.deleteIfExists(to);
          Ran ran =
              run(random, "export", "--user", "alice", "--output", "json", "--to", to.toString());
          expect(ran, 0, 1);
          if (ran.status == 0) {
            Set<String> found = new HashSet<>();
            Files.readString(to).lines().forEach(line -> found.add(check(line)));
            seen.forEach(id -> assertTrue(found.contains(id), () -> id + " is gone"));
            found.retainAll(all.stream().map(Message::id).toList());
            seen.addAll(found);
          }
        }
        case 2 -> {
          Ran ran = run(random, "search", "--output", "json", "--limit", "9999");
          expect(ran, 0, 1);
          if (!ran.killed()) {
            ran.out.lines().forEach(MixedKillsTest.this::check);
          }
        }
        case 3 -> expect(run(random, "verify"), 0);
        default -> {
          Ran ran = run(random, "status");
          boolean overdue =
              ran.err.lines().count() == 1 && ran.err.contains("a purge is overdue since");
          expect(ran, overdue ? 2 : 0);
        }
      }
    }
    return null;
  }

  private static void expect(Ran ran, List<Integer> statuses) {
    expect(ran, statuses.toArray(Integer[]::new));
  }

  /** Of a record that is shown what is said must be right; of the rest its line may still come. */
  private String check(String json) {
    assertTrue(json.startsWith("{") && json.endsWith("}"), json);
    Map<String, String> texts = new HashMap<>();
    Matcher text = TEXT.matcher(json);
    while (text.find()) {
      texts.putIfAbsent(text.group(1), text.group(2));
    }
    String id = texts.get("transactionId");
    Message message = messages.get(id);
    if (message == null) {
      assertTrue(id.startsWith("JOURNAL"), json);
      assertEquals(USERS.get(Integer.parseInt(id.substring(7)) % USERS.size()), texts.get("user"));
      return id;
    }
    assertEquals(message.user, texts.get("user"), json);
    assertEquals(message.client(), texts.get("client"), json);
    String messageId = texts.get("messageId");
    assertTrue(messageId == null || messageId.equals(message.messageId()), json);
    return id;
  }

  // What is left ---------------------------------------------------------------------------------

  /** All that a store says of what it has, and where it is from. */
  private Map<String, List<String>> contents() throws Exception {
    Map<String, List<String>> contents = new TreeMap<>();
    String home = data.toString();
    for (List<String> question :
        List.of(
            List.of("search", "--output", "json", "--limit", "99999"),
            List.of("search", "--failed-logins", "--output", "json", "--limit", "99999"))) {
      Ran ran = whole(question.toArray());
      contents.put(
          question.toString(),
          ran.out
              .replace(home, "DATA")
              .lines()
              .filter(line -> !isRestOfErased(line))
              .sorted()
              .toList());
    }
    contents.put(
        "holds",
        whole("hold", "list").out.lines().map(line -> line.replaceAll("^\\S+", "")).toList());
    String manifest = Files.readString(data.resolve("MANIFEST"));
    Matcher erased = Pattern.compile("\"user\":\"[0-9a-f]{64}\"").matcher(manifest);
    contents.put("tombstones", List.of(Long.toString(erased.results().count())));
    return contents;
  }

  /** What is read of a message only after its user was erased makes a record that names nobody. */
  private boolean isRestOfErased(String line) {
    Matcher id = Pattern.compile("\"transactionId\":\"([0-9A-F]+)\"").matcher(line);
    Message message =
        line.contains("\"user\":null") && id.find() ? messages.get(id.group(1)) : null;
    return message != null && ERASED.contains(message.user);
  }

  private void begin(Path home) throws Exception {
    data = home;
    journal(data, TODAY.minusDays(1));
    whole("index", logs.resolve("old.log"));
    whole("hold", "add", "--name", "court", "--user", "held");
  }

  private void end() throws Exception {
    whole(
        "index",
        logs.resolve("a.log"),
        logs.resolve("b.log.gz"),
        logs.resolve("live.log"),
        data.resolve("journal"));
    assertTrue(run(null, "hold", "release", "--name", "temp").status < 2);
    for (String user : ERASED) {
      whole("erase", "--user", user);
    }
    whole("purge", "--retention", "30d");
    whole("seal", "--older-than", "0s");
    whole("verify");
  }

  @Test
  void whoeverIsKilledInTheEndAllIsAsIfNobodyHadBeen() throws Exception {
    assumeTrue(ROUNDS > 0, "commands beside each other are killed with -P kills only");
    for (int round = 0; round < ROUNDS; round++) {
      long seed = Long.getLong("whosent.seed", System.nanoTime());
      String say = "seed " + seed;
      System.out.println("MixedKillsTest: " + say);
      logs = Files.createDirectories(directory.resolve("logs" + round));
      statuses.clear();
      over = false;
      Files.writeString(logs.resolve("old.log"), log("old", OLD, 60));
      Files.writeString(logs.resolve("a.log"), log("a", TODAY.minusDays(3), 900));
      try (var packed =
          new java.util.zip.GZIPOutputStream(Files.newOutputStream(logs.resolve("b.log.gz")))) {
        packed.write(log("b", TODAY.minusDays(2), 900).getBytes(StandardCharsets.UTF_8));
      }
      Files.writeString(logs.resolve("live.log"), "");
      String live = log("live", TODAY.minusDays(1), 600);
      begin(directory.resolve("killed" + round));
      mix(seed, live);
      end();
      Map<String, List<String>> killed = contents();
      nothingIsLeft(say);
      receipts(say);
      accessLog(say);

      begin(directory.resolve("whole" + round));
      end();
      assertEquals(contents(), killed, say);
    }
    System.out.printf("MixedKillsTest: %d killed, %d ended%n", kills.get(), ends.get());
  }

  private void mix(long seed, String live) throws Exception {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Callable<Void>> some =
          List.of(() -> index(seed + 1), () -> forget(seed + 2), () -> forget(seed + 3));
      Future<Void> following = threads.submit(() -> follow(seed + 4, live));
      Future<Void> looking = threads.submit(() -> look(seed + 5));
      try {
        for (Future<Void> each : threads.invokeAll(some)) {
          each.get();
        }
      } finally {
        over = true;
      }
      following.get();
      looking.get();
    }
  }

  private void nothingIsLeft(String say) throws IOException {
    assertTrue(Files.notExists(data.resolve("sealing")), say);
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        assertFalse(name.endsWith(".new") || name.endsWith(".part"), say + ": " + file);
        if (file.startsWith(data.resolve("access"))) {
          continue;
        }
        boolean segment = name.matches("segment-[0-9]+\\.(records|private|index)");
        for (String user : ERASED) {
          assertFalse(
              Files.readString(file, StandardCharsets.ISO_8859_1).contains(user)
                  || segment && BlockText.contains(file, user),
              say + ": " + user + " is in " + file);
        }
      }
    }
  }

  /** Each purge and erasure that was done once, and none that was not. */
  private void receipts(String say) throws IOException {
    long purged = 0;
    long last = 0;
    for (String line : Files.readAllLines(data.resolve("receipts.jsonl"))) {
      assertTrue(line.startsWith("{\"v\":1,") && line.endsWith("}"), say + ": " + line);
      Matcher number = Pattern.compile("\"(sequence|records)\":([0-9]+)").matcher(line);
      Map<String, Long> numbers = new HashMap<>();
      while (number.find()) {
        numbers.put(number.group(1), Long.parseLong(number.group(2)));
      }
      assertTrue(numbers.get("sequence") > last, say + ": " + line);
      last = numbers.get("sequence");
      purged += line.contains("\"type\":\"purge\"") ? numbers.get("records") : 0;
    }
    long due =
        messages.values().stream()
            .filter(m -> m.day.equals(OLD) && !m.user.equals("held") && !ERASED.contains(m.user))
            .count();
    long most =
        messages.values().stream().filter(m -> m.day.equals(OLD) && !m.user.equals("held")).count();
    assertTrue(due <= purged && purged <= most, say + ": " + purged + " purged, " + due + " due");
  }

  /** A question of every command that could change or show something, and an answer if it ended. */
  private void accessLog(String say) throws IOException {
    Map<String, String> cased = new HashMap<>();
    Map<String, String> answers = new HashMap<>();
    try (Stream<Path> files = Files.list(data.resolve("access"))) {
      for (Path file : files.toList()) {
        for (String line : Files.readAllLines(file)) {
          if (line.isEmpty()) {
            continue;
          }
          assertTrue(line.startsWith("{\"v\":1,") && line.endsWith("}"), say + ": " + line);
          Matcher look = Pattern.compile("\"look\":\"([0-9a-f]+)\"").matcher(line);
          assertTrue(look.find(), line);
          Matcher of = Pattern.compile("\"case\":\"(case-[0-9]+)\"").matcher(line);
          if (of.find()) {
            cased.put(of.group(1), look.group(1));
          }
          Matcher status = Pattern.compile("\"status\":([0-9]+)").matcher(line);
          if (status.find()) {
            answers.put(look.group(1), status.group(1));
          }
        }
      }
    } catch (NoSuchFileException e) {
      fail(say, e);
    }
    statuses.forEach(
        (number, status) -> {
          String look = cased.get(number);
          if (status != SIGKILL) {
            assertTrue(look != null, say + ": no question of " + number);
            assertEquals(status.toString(), answers.get(look), say + ": " + number);
          }
        });
  }
}
