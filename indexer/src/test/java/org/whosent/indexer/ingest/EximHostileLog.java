package org.whosent.indexer.ingest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Exim's own file, some sixty kilobytes, of accounts' mail and of strangers' offers, logins and
 * calls, of which some go on in lines that they made up. Everybody that such lines name is {@code
 * victim}. Not thread-safe.
 */
final class EximHostileLog {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** The client of whoever writes lines by MAIL AUTH. */
  static final String MALLORYS = "203.0.113.5";

  /** 2026-11-23 15:54:07, in the first six digits of an ID. */
  private static final String SECOND = "1xVWM";

  private final Random random;
  private final StringBuilder log = new StringBuilder();
  private final List<String> ids = new ArrayList<>();
  private final List<Deque<String>> later = new ArrayList<>(); // of each message, in its order
  private final List<Integer> ends = new ArrayList<>();
  private int second = 7;
  private int number;

  EximHostileLog(Random random) {
    this.random = random;
  }

  /** Behind the first line feed from there on. */
  static int lineEnd(byte[] log, int near) {
    int at = Math.min(near, log.length);
    while (at < log.length && log[at - 1] != '\n') {
      at++;
    }
    return at;
  }

  /** Behind Exim's entries, each of which is one write. */
  List<Integer> ends() {
    return ends;
  }

  byte[] bytes() {
    int size = 50_000 + random.nextInt(20_000);
    int rare = 20 + random.nextInt(100);
    while (log.length() < size) {
      second += random.nextInt(4) == 0 ? 1 : 0;
      second -= random.nextInt(20) == 0 ? 1 : 0;
      switch (random.nextInt(rare)) {
        case 0 -> offer();
        case 1 -> hostileOffer();
        case 2 -> mailAuth();
        case 3 -> call();
        case 4 -> line(id(), " <= not an arrival");
        case 5 -> line("", "plain authenticator failed for x [192.0.2.8]: 535 no (set_id=eve)");
        case 6 -> returned();
        default -> message();
      }
      while (!later.isEmpty() && random.nextInt(3) > 0) {
        Deque<String> lines = later.get(random.nextInt(later.size()));
        log.append(stamp()).append(lines.remove()).append('\n');
        later.removeIf(Deque::isEmpty);
      }
      ends.add(log.length());
    }
    return log.toString().getBytes(StandardCharsets.UTF_8);
  }

  private String stamp() {
    return stamp(second);
  }

  private static String stamp(int second) {
    return "2026-11-23 15:%02d:%02d ".formatted(54 + second / 60, second % 60);
  }

  private void line(String id, String text) {
    log.append(stamp()).append(id).append(text).append('\n');
  }

  private String id() {
    number++;
    String id =
        SECOND
            + DIGITS.charAt(Math.min(DIGITS.length() - 1, 44 + second))
            + "-%06d-%02d".formatted(number, number % 90);
    ids.add(id);
    return id;
  }

  private static String arrival(String id, String client, String login, String messageId) {
    return id
        + " <= a@example.com H=x [%s] P=esmtpa A=plain:%s S=812 id=%s@example.com"
            .formatted(client, login, messageId);
  }

  private static String delivery(String id, String to) {
    return id
        + " => %s@far.example R=far T=smtp H=mx [192.0.2.1] C=\"250 OK id=4AB\"".formatted(to);
  }

  private void message() {
    String id = id();
    log.append(stamp()).append(arrival(id, "198.51.100.7", "alice", id)).append('\n');
    String delivered = delivery(id, "t" + random.nextInt(3));
    later.add(new ArrayDeque<>(List.of(delivered, id + " Completed")));
  }

  /** Through a filter, from which it comes back. */
  private void returned() {
    String first = id();
    String second = id();
    log.append(stamp()).append(arrival(first, "198.51.100.7", "bob", first)).append('\n');
    line(
        second,
        " <= a@example.com H=localhost [127.0.0.1] P=esmtp S=900 id=%s@example.com"
            .formatted(first));
    line(
        first,
        " => t@far.example R=filter T=smtp H=localhost [127.0.0.1] C=\"250 OK id=%s\""
            .formatted(second));
    later.add(new ArrayDeque<>(List.of(delivery(second, "t"), first + " Completed")));
  }

  private void offer() {
    if (random.nextBoolean()) {
      line("", "TLS ALPN (h2:http/1.1) rejected");
    } else {
      line("", "TLS error on connection from [192.0.2.9] (handshake): Bad ALPN presented (h2)");
    }
  }

  private void hostileOffer() {
    boolean old = random.nextBoolean();
    String begin =
        old ? "TLS ALPN (x" : "TLS error on connection from [192.0.2.9] (x): Bad ALPN presented (x";
    String end = old ? ") rejected" : ")";
    line("", begin + (random.nextBoolean() ? end : ""));
    madeUp();
    log.append(random.nextBoolean() ? stamp() + begin : "junk").append(end).append('\n');
  }

  private void mailAuth() {
    String id = id();
    line("", arrival(id, MALLORYS, "mallory:x", id));
    madeUp();
    log.append("x S=334 id=%s@m.example\n".formatted(id));
  }

  private void call() {
    if (random.nextBoolean()) {
      line("", "cwd=/home/mallory 2 args: /usr/sbin/sendmail -t");
    } else {
      line("", "cwd=/home/mallory");
      madeUp();
      log.append(" 2 args: /usr/sbin/sendmail -t\n");
    }
  }

  private void madeUp() {
    int most = random.nextInt(4) == 0 ? 60 : 6;
    for (int i = random.nextInt(most); i > 0; i--) {
      int at = Math.max(0, second + random.nextInt(9) - 4);
      String id =
          switch (random.nextInt(4)) {
            case 0 -> ids.isEmpty() ? id() : ids.get(random.nextInt(ids.size()));
            case 1 -> SECOND + "a-%06d-%02d".formatted(number + 1, (number + 1) % 90); // the next
            default -> SECOND + "b-%06d-99".formatted(random.nextInt(1000));
          };
      String text =
          switch (random.nextInt(9)) {
            case 0 -> id + " Completed";
            case 1 -> delivery(id, "victim");
            case 2 -> "plain authenticator failed for x [192.0.2.8]: 535 no (set_id=victim)";
            case 3 -> id + " <= a@example.com U=victim P=local S=5";
            case 4 -> "TLS ALPN (h2) rejected";
            case 5 -> arrival(id, "192.0.2.66", "victim:x", "f");
            default -> arrival(id, "192.0.2.66", "victim", "f");
          };
      log.append(
          random.nextInt(20) == 0 ? "Nov 23 15:54:08 mail exim[7]: " + text : stamp(at) + text);
      log.append('\n');
    }
  }
}
