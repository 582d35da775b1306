package org.whosent.indexer.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/**
 * Compares the records made of a corpus server's logs with what the sender knows it sent
 * (truth.tsv). Not part of the build: the corpus is not in the repository.
 *
 * <p>{@code java … org.whosent.indexer.ingest.ServerTruth CORPUS SERVER…} for sendmail, opensmtpd,
 * haraka-authlog and dovecot; exit status 1 when any record names a wrong user. What a server does
 * not log (see {@link Server}) is counted apart, not as a problem.
 */
public final class ServerTruth {
  /**
   * What is peculiar to a server.
   *
   * @param queued takes the queue ID out of its reply
   * @param formats the live log's names; rotated pieces are found beside them
   * @param messageIds whether it logs Message-IDs
   */
  private record Server(Pattern queued, List<String> formats, boolean messageIds) {}

  private static final List<String> SYSLOG = List.of("mail.log", "mail-iso.log", "mail-5424.log");
  private static final Map<String, Server> SERVERS =
      Map.of(
          "sendmail",
          new Server(Pattern.compile(" ([0-9A-Za-z]{14}) Message accepted"), SYSLOG, true),
          "opensmtpd",
          new Server(Pattern.compile(" ([0-9a-f]{8}) Message accepted"), SYSLOG, false),
          "haraka-authlog",
          new Server(
              Pattern.compile("Message Queued \\(([0-9A-F.-]+)\\)"), List.of("haraka.out"), true),
          "dovecot",
          new Server(Pattern.compile("queued as ([0-9A-Za-z]+)"), SYSLOG, true));

  /** The machine's accounts, where a server writes their names. */
  private static final Map<String, String> ACCOUNTS =
      Map.of("uid:0", "root", "uid:33", "www-data", "uid:1001", "webapp", "uid:1002", "batch");

  private final Server server;
  private final Map<String, Map<String, String>> truthById = new LinkedHashMap<>();
  private final List<Map<String, String>> truthWithoutId = new ArrayList<>();
  private int wrongUsers;

  private ServerTruth(Server server) {
    this.server = server;
  }

  public static void main(String[] arguments) throws IOException {
    Path corpus = Path.of(arguments[0]);
    boolean failed = false;
    for (String name : Arrays.asList(arguments).subList(1, arguments.length)) {
      failed |= new ServerTruth(SERVERS.get(name)).compare(corpus.resolve(name));
    }
    System.exit(failed ? 1 : 0);
  }

  private boolean compare(Path directory) throws IOException {
    readTruth(directory.resolve("truth.tsv"));
    Map<String, List<String>> selections = new TreeMap<>();
    List<String> all = new ArrayList<>();
    for (String format : server.formats) {
      List<String> files = new ArrayList<>();
      for (String suffix : List.of(".2.gz", ".1", "")) {
        Path file = directory.resolve("logs").resolve(format + suffix);
        if (Files.exists(file)) {
          files.add(file.toString());
        }
      }
      selections.put(format, files);
      all.addAll(files);
    }
    selections.put("~all together", all);
    for (Map.Entry<String, List<String>> selection : selections.entrySet()) {
      List<String> files = selection.getValue();
      List<SubmissionRecord> once = ingest(files, 1, true);
      compare(directory.getFileName() + " " + selection.getKey(), once);
      same(selection.getKey() + ", each file twice", once, ingest(files, 2, false));
      List<String> reversed = new ArrayList<>(files);
      Collections.reverse(reversed);
      same(selection.getKey() + ", newest file first", once, ingest(reversed, 1, false));
    }
    return wrongUsers > 0;
  }

  private static void same(String what, List<SubmissionRecord> one, List<SubmissionRecord> other) {
    boolean same = one.size() == other.size() && new HashSet<>(one).equals(new HashSet<>(other));
    System.out.println("  " + (same ? "the same records: " : "DIFFERENT RECORDS: ") + what);
  }

  private static List<SubmissionRecord> ingest(List<String> files, int times, boolean tell)
      throws IOException {
    InMemoryRecordStore store = new InMemoryRecordStore();
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true);
    IngestOptions options = new IngestOptions(null, "mail.example.com", ZoneOffset.UTC, null);
    for (int i = 0; i < times; i++) {
      for (String file : files) {
        IngestReport report =
            new Ingest(store, Site.UNKNOWN, options, new ByteArrayInputStream(new byte[0]), nowhere)
                .run(List.of(file));
        if (tell) {
          report.files().forEach(row -> System.out.println("  " + row.summary()));
        }
      }
    }
    List<SubmissionRecord> records = new ArrayList<>();
    try (View view = store.view()) {
      view.search(RecordQuery.ALL).forEachRemaining(records::add);
    }
    return records;
  }

  private void compare(String what, List<SubmissionRecord> records) {
    Map<String, List<SubmissionRecord>> byId = new HashMap<>();
    for (SubmissionRecord record : records) {
      byId.computeIfAbsent(record.transactionId(), id -> new ArrayList<>()).add(record);
    }
    Map<String, Integer> problems = new TreeMap<>();
    Set<SubmissionRecord> matched = new HashSet<>();
    int found = 0;
    for (Map<String, String> truth : truthById.values()) {
      List<SubmissionRecord> candidates = byId.getOrDefault(truth.get("id"), List.of());
      if (candidates.size() != 1) {
        note(problems, candidates.size() + " records", truth, "");
        continue;
      }
      found++;
      matched.add(candidates.getFirst());
      check(problems, truth, candidates.getFirst());
    }
    int foundWithoutId = 0;
    for (Map<String, String> truth : truthWithoutId) {
      // sendmail(1) says no queue ID: by Message-ID, or by sender and recipients.
      List<SubmissionRecord> candidates =
          records.stream()
              .filter(r -> r.origin() == Origin.AUTHENTICATED || r.origin() == Origin.LOCAL)
              .filter(r -> !matched.contains(r) && !truthById.containsKey(r.transactionId()))
              .filter(
                  r ->
                      server.messageIds
                          ? r.messageId() != null && r.messageId().contains(truth.get("marker"))
                          : recipients(r).equals(sent(truth)))
              .toList();
      if (candidates.size() != 1) {
        note(problems, "without an ID in the reply: " + candidates.size() + " records", truth, "");
        continue;
      }
      foundWithoutId++;
      matched.add(candidates.getFirst());
      check(problems, truth, candidates.getFirst());
    }
    for (SubmissionRecord record : records) {
      boolean linked =
          matched.contains(record) || record.aliases().stream().anyMatch(truthById::containsKey);
      if (record.user() != null && !linked) {
        boolean aborted = record.size() == null;
        note(
            problems,
            aborted ? "user on an unfinished transaction" : "user on a record without truth",
            Map.of("id", record.transactionId()),
            record.toString());
      }
    }
    System.out.printf(
        "%s: %d records; accepted submissions: %d of %d found, without an ID %d of %d; wrong users"
            + " so far %d; %s%n",
        what,
        records.size(),
        found,
        truthById.size(),
        foundWithoutId,
        truthWithoutId.size(),
        wrongUsers,
        problems);
  }

  private void check(
      Map<String, Integer> problems, Map<String, String> truth, SubmissionRecord record) {
    String user = truth.get("user");
    boolean local = user.startsWith("uid:");
    if (local) {
      boolean right =
          record.user() == null
              && (record.localUser() == null
                  ? record.origin() == Origin.LOCAL
                  : record.localUser().equals(ACCOUNTS.get(user)));
      if (!right) {
        note(problems, "WRONG LOCAL USER", truth, record.toString());
        wrongUsers++;
      } else if (record.localUser() == null) {
        note(problems, "local, the log names no account", Map.of(), "");
      }
    } else if (user.equals("-") ? record.user() != null : !user.equals(record.user())) {
      note(problems, record.user() == null ? "no user" : "WRONG USER", truth, record.toString());
      wrongUsers += record.user() == null ? 0 : 1;
    }
    if (!local && !truth.get("client_ip").equals(record.client())) {
      note(problems, "client", truth, record.client());
    }
    // sendmail(1)'s -f is not always what the truth has.
    if (!local && !truth.get("env_from").equals(record.mailFrom())) {
      note(problems, "sender", truth, record.mailFrom());
    }
    Set<String> read = recipients(record);
    if (!sent(truth).equals(read)) {
      Set<String> far = sent(truth);
      far.removeIf(a -> a.endsWith("@example.com"));
      boolean onlyMapped = read.containsAll(far);
      note(
          problems,
          onlyMapped ? "recipients: own addresses as what they map to" : "RECIPIENTS",
          onlyMapped ? Map.of() : truth,
          read + " for " + sent(truth));
    }
    if (server.messageIds) {
      String messageId = ClueType.MESSAGE_ID.fold(truth.get("msgid"));
      String logged =
          record.messageId() == null ? "" : ClueType.MESSAGE_ID.fold(record.messageId());
      if (!messageId.isEmpty() && !messageId.equals(logged)) {
        note(problems, "message-id", truth, logged);
      }
    }
    String tls = truth.get("tls");
    boolean right =
        tls.startsWith("TLSv")
            ? tls.equals(record.tlsVersion())
            : tls.isEmpty() == (record.tlsVersion() == null);
    if (!local && !right) {
      note(problems, "TLS", truth, record.tlsVersion());
    }
  }

  private static Set<String> sent(Map<String, String> truth) {
    return folded(Arrays.asList(truth.get("rcpts").split(",")));
  }

  private static Set<String> recipients(SubmissionRecord record) {
    return folded(record.recipients().stream().map(Recipient::address).toList());
  }

  private static Set<String> folded(List<String> addresses) {
    Set<String> folded = new TreeSet<>();
    for (String address : addresses) {
      if (!address.isEmpty()) {
        folded.add(ClueType.RECIPIENT.fold(address));
      }
    }
    return folded;
  }

  private static void note(
      Map<String, Integer> problems, String what, Map<String, String> truth, String found) {
    if (problems.merge(what, 1, Integer::sum) <= 3 && !truth.isEmpty()) {
      String row =
          "%s %s %s %s %s"
              .formatted(
                  truth.get("marker"),
                  truth.get("id"),
                  truth.get("user"),
                  truth.get("kind"),
                  truth.get("msgid"));
      System.out.printf("    %s: %.160s but %.400s%n", what, row, found);
    }
  }

  private void readTruth(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    String[] names = lines.getFirst().split("\t", -1);
    for (String line : lines.subList(1, lines.size())) {
      String[] values = line.split("\t", -1);
      Map<String, String> row = new HashMap<>();
      for (int i = 0; i < names.length; i++) {
        row.put(
            names[i], values[i].replace("\\t", "\t").replace("\\n", "\n").replace("\\\\", "\\"));
      }
      if (!row.get("accepted").equals("1")) {
        continue;
      }
      Matcher matcher = server.queued.matcher(row.get("reply"));
      if (matcher.find()) {
        row.put("id", matcher.group(1));
        truthById.put(matcher.group(1), Map.copyOf(row));
      } else {
        truthWithoutId.add(Map.copyOf(row));
      }
    }
  }
}
