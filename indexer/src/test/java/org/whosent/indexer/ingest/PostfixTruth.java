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
 * Compares the records made of a corpus server's Postfix or Exim logs with what the sender knows it
 * sent (truth.tsv). Not part of the build: the corpus is not in the repository.
 *
 * <p>{@code java … org.whosent.indexer.ingest.PostfixTruth CORPUS SERVER…}: exit status 1 when any
 * record names a wrong user, or, for the server {@code postfix}, anything differs. What Exim does
 * not log is a difference: a Message-ID that is no address, a recipient whose alias led only where
 * other recipients were.
 */
public final class PostfixTruth {
  /** Who the uids of truth.tsv are: Exim's log has their names. */
  private static final Map<String, String> ACCOUNTS =
      Map.of("root", "uid:0", "www-data", "uid:33", "webapp", "uid:1001", "batch", "uid:1002");

  private static final Pattern QUEUED = Pattern.compile("(?:queued as |OK id=)([0-9A-Za-z-]+)");

  private final Map<String, Map<String, String>> truthById = new HashMap<>();
  private final Map<String, Map<String, String>> truthByMarker = new HashMap<>();
  private int wrongUsers;
  private int differences;

  private PostfixTruth() {}

  public static void main(String[] arguments) throws IOException {
    Path corpus = Path.of(arguments[0]);
    boolean failed = false;
    for (String server : Arrays.asList(arguments).subList(1, arguments.length)) {
      failed |= new PostfixTruth().server(corpus.resolve(server), server.equals("postfix"));
    }
    System.exit(failed ? 1 : 0);
  }

  private boolean server(Path directory, boolean strict) throws IOException {
    readTruth(directory.resolve("truth.tsv"));
    Path logs = directory.resolve("logs");
    Map<String, List<String>> selections = new TreeMap<>();
    List<String> all = new ArrayList<>();
    for (String format :
        List.of("mail.log", "mail-iso.log", "mail-5424.log", "maillog", "mainlog")) {
      List<String> files = new ArrayList<>();
      for (String suffix : List.of("", ".1", ".2.gz")) {
        Path file = logs.resolve(format + suffix);
        if (Files.exists(file)) {
          files.add(file.toString());
        }
      }
      selections.put(format, files);
      all.addAll(files);
    }
    selections.put("~all together", all);
    for (Map.Entry<String, List<String>> selection : selections.entrySet()) {
      if (!selection.getValue().isEmpty()) {
        List<SubmissionRecord> once = ingest(selection.getValue(), 1, false);
        compare(directory.getFileName() + " " + selection.getKey(), once);
        if (strict || selection.getKey().equals("mainlog")) {
          same(selection.getKey() + " twice", once, ingest(selection.getValue(), 2, false));
          same(selection.getKey() + " reversed", once, ingest(selection.getValue(), 1, true));
        }
      }
    }
    return wrongUsers > 0 || strict && differences > 0;
  }

  private void same(String what, List<SubmissionRecord> one, List<SubmissionRecord> two) {
    if (!new HashSet<>(one).equals(new HashSet<>(two)) || one.size() != two.size()) {
      differences++;
      System.out.println("DIFFERENT RECORDS: " + what);
    }
  }

  private static List<SubmissionRecord> ingest(List<String> files, int times, boolean reversed)
      throws IOException {
    InMemoryRecordStore store = new InMemoryRecordStore();
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true);
    IngestOptions options = new IngestOptions(null, "mail.example.com", ZoneOffset.UTC, null);
    List<String> ordered = new ArrayList<>(files);
    if (reversed) {
      Collections.reverse(ordered);
    }
    for (int i = 0; i < times; i++) {
      // One run a file, so that the given order is the order of reading.
      for (String file : ordered) {
        IngestReport report =
            new Ingest(store, Site.UNKNOWN, options, new ByteArrayInputStream(new byte[0]), nowhere)
                .run(List.of(file));
        if (i == 0 && !reversed) {
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
    int expected = 0;
    int found = 0;
    Map<String, Integer> problems = new TreeMap<>();
    Set<String> matched = new HashSet<>();
    for (Map<String, String> truth : truthById.values()) {
      expected++;
      List<SubmissionRecord> candidates = byId.getOrDefault(truth.get("id"), List.of());
      if (candidates.size() != 1) {
        note(problems, candidates.isEmpty() ? "missing" : "several records", truth, "");
        if (candidates.isEmpty()) {
          continue;
        }
      }
      SubmissionRecord record = candidates.getFirst();
      matched.add(record.transactionId());
      found++;
      check(problems, truth, record);
    }
    for (Map<String, String> truth : truthByMarker.values()) {
      // The server's reply was lost or sendmail(1) gave none: by the marker in the Message-ID.
      expected++;
      List<SubmissionRecord> candidates =
          records.stream()
              .filter(r -> r.origin() == Origin.AUTHENTICATED || r.origin() == Origin.LOCAL)
              .filter(r -> !truthById.containsKey(r.transactionId()))
              .filter(r -> r.messageId() != null && r.messageId().contains(truth.get("marker")))
              .toList();
      if (candidates.size() != 1) {
        note(problems, "by marker: " + candidates.size(), truth, "");
        continue;
      }
      matched.add(candidates.getFirst().transactionId());
      found++;
      check(problems, truth, candidates.getFirst());
    }
    for (SubmissionRecord record : records) {
      // A session that ended within DATA has an opening line and nothing more.
      boolean aborted = record.size() == null && record.recipients().isEmpty();
      if (!aborted
          && record.user() != null
          && !matched.contains(record.transactionId())
          && !truthById.containsKey(record.transactionId())) {
        note(problems, "user on a record that no truth row knows", Map.of(), record.toString());
      }
    }
    System.out.printf(
        "%s: %d records, %d accepted submissions, %d found, wrong users so far %d, %s%n",
        what, records.size(), expected, found, wrongUsers, problems);
    differences += problems.values().stream().mapToInt(Integer::intValue).sum();
  }

  private void check(
      Map<String, Integer> problems, Map<String, String> truth, SubmissionRecord record) {
    String user = truth.get("user");
    String named = record.user() != null ? record.user() : record.localUser();
    named = named == null ? null : ACCOUNTS.getOrDefault(named, named);
    // Logins compare without regard to case; Exim logs them as typed.
    if (user.equals("-") ? named != null : !user.equalsIgnoreCase(named)) {
      note(problems, named == null ? "no user" : "WRONG USER", truth, named);
      wrongUsers += named == null ? 0 : 1;
    }
    if (!user.startsWith("uid:") && !truth.get("client_ip").equals(record.client())) {
      note(problems, "client", truth, record.client());
    }
    // sendmail(1)'s -f is not in the truth.
    if (!user.startsWith("uid:") && !truth.get("env_from").equals(record.mailFrom())) {
      note(problems, "sender", truth, record.mailFrom());
    }
    Set<String> sent = folded(Arrays.asList(truth.get("rcpts").split(",")));
    Set<String> read = folded(record.recipients().stream().map(Recipient::address).toList());
    if (!sent.equals(read)) {
      note(problems, "recipients", truth, read + " for " + sent);
    }
    String messageId = ClueType.MESSAGE_ID.fold(truth.get("msgid"));
    String logged = record.messageId() == null ? "" : ClueType.MESSAGE_ID.fold(record.messageId());
    if (!messageId.isEmpty() && !messageId.equals(logged)) {
      note(problems, "message-id", truth, logged);
    }
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
    if (problems.merge(what, 1, Integer::sum) <= 5) {
      System.out.println("    " + what + ": " + truth + " but " + found);
    }
  }

  private void readTruth(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    String[] names = lines.getFirst().split("\t", -1);
    for (String line : lines.subList(1, lines.size())) {
      String[] values = line.split("\t", -1);
      Map<String, String> row = new HashMap<>();
      for (int i = 0; i < names.length; i++) {
        row.put(names[i], unescape(values[i]));
      }
      if (!row.get("accepted").equals("1")) {
        continue;
      }
      Matcher matcher = QUEUED.matcher(row.get("reply"));
      if (matcher.find()) {
        row.put("id", matcher.group(1));
        truthById.put(matcher.group(1), Map.copyOf(row));
      } else {
        row.put("id", "");
        truthByMarker.put(row.get("marker"), Map.copyOf(row));
      }
    }
  }

  private static String unescape(String value) {
    return value.replace("\\t", "\t").replace("\\n", "\n").replace("\\\\", "\\");
  }
}
