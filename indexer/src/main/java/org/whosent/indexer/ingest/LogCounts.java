package org.whosent.indexer.ingest;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.View;
import org.whosent.record.Addresses;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;

/**
 * Counts what is read of one file, by host, for {@link LogStatus}, and notes the servers in private
 * networks that take mail from it, for {@link SiteCheck}. Bounded: lines name hosts and next hops.
 * Belongs to the reading thread.
 */
final class LogCounts {
  private static final int HOSTS = 200;

  /** Where the hosts beyond that are counted: no host in a log has a name with a blank. */
  static final String OTHERS = "other hosts";

  private static final int HOPS = 100;

  /** Characters: longer than any name that DNS has, and all together fit into a state. */
  private static final int LONGEST_HOP = Batch.LONGEST_STATE / HOPS - 1;

  private static final int KNOWN = 1000;
  private static final String HOPS_STATE = "private-hops";
  private static final String TEXTS_STATE = "client-texts";

  /**
   * Of one host. Counted by the reading thread, but for what is known only when facts are joined:
   * that the storing thread counts, which also reads all of it when it is committed.
   */
  static final class Count {
    private Instant first;
    private Instant last;
    private long lines;
    private long records;
    private long unknown;
    private long forgotten;
    private long unplaced;

    /** Of the records. */
    private long notKept;

    /** A record that was counted is not kept, for its age or its user. For the storing thread. */
    void notKept() {
      notKept++;
    }

    /** The place of a line that counts is not kept. For the storing thread. */
    void unplaced() {
      unplaced++;
    }
  }

  private final String source;
  private final String format;
  private Map<String, Count> byHost = new HashMap<>();
  private final Set<String> hops = new TreeSet<>();

  /** When last a line held a client's text, by host and what to set against it. */
  private final Map<String, Instant> clientTexts = new HashMap<>();

  /** Next hops that were looked at: what they are is asked once. */
  private final Set<String> known = new HashSet<>();

  private String lastHop;
  private String host;
  private Count current = new Count();

  /** Whose line was read last, across commits, and when it was written. Null before the first. */
  private String lastHost;

  private Instant lastTime;

  /**
   * Counts of one reading.
   *
   * @param lastHost whose line stands before the first that is counted, or null
   * @param lastTime when that was written
   */
  LogCounts(String source, String format, String lastHost, Instant lastTime) {
    this.source = source;
    this.format = format;
    this.lastHost = lastHost;
    this.lastTime = lastTime;
  }

  /** A log line of that host is being read. */
  void line(String host, Instant time) {
    goTo(host, time);
    current.lines++;
  }

  private void goTo(String host, Instant time) {
    if (!host.equals(this.host)) {
      Count known = byHost.get(host);
      if (known == null) {
        String counted = byHost.size() < HOSTS ? host : OTHERS;
        known = byHost.computeIfAbsent(counted, _ -> new Count());
      }
      this.host = host;
      lastHost = host;
      current = known;
    }
    lastTime = time;
    if (current.first == null || time.isBefore(current.first)) {
      current.first = time;
    }
    if (current.last == null || time.isAfter(current.last)) {
      current.last = time;
    }
  }

  /**
   * What a line said of a transaction: before it is handed on.
   *
   * @return what counts the line
   */
  Count facts(Origin origin, List<Recipient> recipients) {
    current.records += origin == null ? 0 : 1;
    for (int i = 0; i < recipients.size(); i++) {
      String hop = recipients.get(i).nextHop();
      if (hop != null && hop != lastHop) { // most lines name the server of the line before
        hop(hop);
        lastHop = hop;
      }
    }
    return current;
  }

  private void hop(String hop) {
    if (hops.size() >= HOPS || !known.add(hop)) {
      return;
    }
    if (hop.length() <= LONGEST_HOP && isPrivate(hop)) {
      hops.add(hop);
    }
    if (known.size() >= KNOWN) {
      known.clear();
    }
  }

  /** The line that is being read holds a client's text, line feeds and all. */
  void clientText(String remedy) {
    if (host != null) {
      String key = host + ' ' + remedy;
      if (clientTexts.size() < HOSTS || clientTexts.containsKey(key)) {
        clientTexts.merge(key, lastTime, LogCounts::later);
      }
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  /** The line was of the format's own program and not understood: its host may not be known. */
  void unknown() {
    if (host == null && lastHost != null) {
      goTo(lastHost, lastTime);
    }
    current.unknown++;
  }

  /** So many unfinished sessions and messages were forgotten. */
  void forgotten(long number) {
    current.forgotten += number;
  }

  /** {@code name[10.1.2.3]:25}; RFC 1918 and RFC 4193. The machine itself is not meant. */
  static boolean isPrivate(String hop) {
    int open = hop.indexOf('[');
    if (open < 0 || !hop.startsWith("1", open + 1) && !hop.startsWith("f", open + 1)) {
      return false;
    }
    int close = hop.indexOf(']', open);
    return close > 0
        && Addresses.parse(hop.substring(open + 1, close))
            .filter(
                address ->
                    address.isSiteLocalAddress()
                        || address.getAddress().length == 16
                            && (address.getAddress()[0] & 0xfe) == 0xfc)
            .isPresent();
  }

  /** Puts it into the batch that is being committed, and begins anew. */
  void commit(IngestBatch work) {
    commit(work, LogStatus::add);
  }

  /**
   * Puts what a last line without its line feed said where it counts until the line is read again.
   *
   * @param place see {@link OpenCounts}
   */
  void commitOpen(IngestBatch work, String place) {
    commit(work, (batch, news) -> OpenCounts.put(batch, place, news));
  }

  private void commit(IngestBatch work, BiConsumer<Batch, List<LogStatus>> counts) {
    Instant now = Instant.now();
    Map<String, Count> counted = byHost; // whose lines are not joined yet, all of them
    Set<String> newHops = new TreeSet<>(hops);
    Map<String, Instant> newTexts = new HashMap<>(clientTexts);
    clientTexts.clear();
    byHost = new HashMap<>();
    hops.clear();
    known.clear();
    lastHop = null;
    host = null;
    current = new Count();
    if (!counted.isEmpty()) {
      work.change(
          batch -> {
            counts.accept(batch, news(counted, now));
            addHops(batch, newHops);
            addTexts(batch, newTexts);
          });
    }
  }

  private List<LogStatus> news(Map<String, Count> counted, Instant now) {
    List<LogStatus> news = new ArrayList<>();
    counted.forEach(
        (name, count) ->
            news.add(
                new LogStatus(
                    source,
                    format,
                    name,
                    count.first,
                    count.last,
                    count.lines,
                    count.records - count.notKept,
                    count.unknown,
                    count.forgotten,
                    count.unplaced,
                    now)));
    return news;
  }

  private static void addHops(Batch batch, Set<String> news) {
    if (news.isEmpty()) {
      return;
    }
    Set<String> all = new TreeSet<>(hops(batch.state(HOPS_STATE)));
    if (all.addAll(news)) {
      batch.state(HOPS_STATE, String.join("\n", all.stream().limit(HOPS).toList()));
    }
  }

  private static void addTexts(Batch batch, Map<String, Instant> news) {
    if (news.isEmpty()) {
      return;
    }
    Map<String, Instant> all = clientTexts(batch.state(TEXTS_STATE));
    news.forEach((name, time) -> all.merge(name, time, LogCounts::later));
    StringBuilder text = new StringBuilder();
    all.forEach(
        (name, time) -> {
          String line = time + " " + name + '\n';
          text.append(text.length() + line.length() > Batch.LONGEST_STATE ? "" : line);
        });
    batch.state(TEXTS_STATE, text.toString());
  }

  private static Map<String, Instant> clientTexts(String state) {
    Map<String, Instant> texts = new TreeMap<>();
    for (String line : state == null ? List.<String>of() : state.lines().toList()) {
      int blank = line.indexOf(' ');
      texts.put(line.substring(blank + 1), Instant.parse(line.substring(0, blank)));
    }
    return texts;
  }

  /**
   * When last a host's log had a line with a client's text as it is, line feeds and all, by the
   * host, a blank, and what to set against it.
   */
  static Map<String, Instant> clientTexts(View view) throws IOException {
    return clientTexts(view.state(TEXTS_STATE));
  }

  private static List<String> hops(String state) {
    return state == null || state.isEmpty() ? List.of() : List.of(state.split("\n"));
  }

  /** The next hops in private networks that any log has named. */
  static List<String> hops(View view) throws IOException {
    return hops(view.state(HOPS_STATE));
  }
}
