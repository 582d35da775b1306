package org.whosent.indexer.log.haraka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.reader.MeasuredTable;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;

/**
 * What became of one Haraka transaction's recipients. Haraka sends a message in one piece for each
 * domain, or ({@code always_split}) for each recipient, names only the recipients that were
 * refused, and gives of the others the number ({@code outbound/hmail.js}). So those that are left
 * of a domain are taken for delivered when their number is the one that the line says; else nothing
 * is said of them. Where an attempt has ended with {@code Some recipients temp failed}, the next
 * one of that piece is for those that it named, and no others. What is said of a piece as a whole
 * is said of its domain's recipients where the domain has no other piece. Bounded: 200 recipients
 * and pieces, and {@link MeasuredTable} bounds all messages together. Not thread-safe.
 *
 * <p>What {@code queue/smtp_forward} hands on while the client waits was taken for all of them or
 * for none.
 */
final class HarakaOutbound extends MeasuredTable.Session {
  private static final int MOST = 200;
  private static final int ADDRESS = 320;

  /** Of a message, and of an entry in a map, beside their texts. */
  private static final int BASE = 300;

  private static final int ENTRY = 100;

  /** The address ends at a bracket that is neither quoted nor behind a backslash (RFC 5321). */
  private static final Pattern NAMED =
      Pattern.compile(
          "recipient <((?:[^>\"\\\\]|\\\\.|\"(?:[^\"\\\\]|\\\\.)*+\"){1,1000}+)>"
              + " (deferred|rejected): (.*)",
          Pattern.DOTALL);

  /** Where the longest such address ends. */
  private static final int LONGEST_NAMED = "recipient <".length() + 1000;

  private static final Pattern DELIVERED =
      Pattern.compile(
          "delivered file=\\S{1,200} domain=(\\S{1,255}) host=(\\S{1,255}) ip=(\\S{1,64})"
              + " port=([0-9]{1,5})(?: [a-z]{1,20}=[^ =\"]{0,100}){0,10}? response=");
  private static final Pattern DELIVERED_REST =
      Pattern.compile(
          " delay=[0-9.]{1,20} fails=([0-9]{1,9}) rcpts=([0-9]{1,6})/([0-9]{1,6})/[0-9]{1,6}");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "hook=get_mx plugin=\\S+ function=\\S+ params=(\\S{1,255}) .*", Pattern.DOTALL);
  private static final Pattern TEMPORARY =
      Pattern.compile("Temp failing \\S+ for [0-9.]+ seconds: (.*)", Pattern.DOTALL);
  private static final Pattern BOUNCED = Pattern.compile("bouncing mail: (.*)", Pattern.DOTALL);
  private static final Pattern STATUS =
      Pattern.compile(
          "(?:[245][0-9]{2}[ -])?([245]\\.[0-9]{1,3}\\.[0-9]{1,3})\\b.*", Pattern.DOTALL);

  /** Open recipients by domain; true: deferred in the attempt that is going on. */
  private final Map<String, LinkedHashMap<String, Boolean>> open = new HashMap<>();

  private final Map<String, String> domainOfPiece = new HashMap<>();

  /** By piece, whom its attempt that is going on has named as deferred. */
  private final Map<String, List<String>> deferrals = new HashMap<>();

  /** By piece, for whom its next attempt is. */
  private final Map<String, List<String>> next = new HashMap<>();

  /** Where the whole message is handed on to; null where it is not, or the log does not say it. */
  private String hop;

  /** Haraka wrote the message itself, and no line says for whom. */
  private boolean own;

  /** Of such a message, the pieces that are delivered or given up. */
  private final Set<String> over = new HashSet<>();

  private int recipients;
  private long bytes = BASE;

  /** Of all it ever heard of: what has ended still tells late lines from those of nobody. */
  @Override
  protected long bytes() {
    return bytes;
  }

  /**
   * True when the outbound part has begun with it, and not said of every recipient how it ended.
   */
  boolean isUnderWay() {
    return !domainOfPiece.isEmpty() && open.values().stream().anyMatch(left -> !left.isEmpty());
  }

  /** The message is Haraka's own. */
  void own() {
    own = true;
  }

  /** True when of a message of Haraka's own every piece that was begun is delivered or given up. */
  boolean isOver() {
    return !over.isEmpty() && over.containsAll(domainOfPiece.keySet());
  }

  private void over(String piece) {
    if (own && over.size() < MOST && over.add(piece)) {
      bytes += ENTRY + bytes(piece);
    }
  }

  /** A recipient was accepted. */
  void accepted(String address) {
    if (recipients < MOST && address.length() <= ADDRESS) {
      recipients++;
      bytes += ENTRY + 2 * bytes(address);
      open.computeIfAbsent(domain(address), d -> new LinkedHashMap<>()).put(address, false);
    }
  }

  /**
   * Reads a line of the outbound part.
   *
   * @param piece which piece of the message
   * @return what it says of recipients; null when it says nothing of any
   */
  List<Recipient> read(String piece, HarakaLine line) {
    String text = line.text();
    Matcher named = NAMED.matcher(text);
    if (text.startsWith("recipient <") && named.matches() && named.end(1) <= LONGEST_NAMED) {
      String address = named.group(1);
      boolean deferred = named.group(2).equals("deferred");
      Map<String, Boolean> left = open.get(domain(address));
      if (left != null) {
        if (deferred && left.computeIfPresent(address, (a, b) -> true) != null) {
          deferred(piece, address);
        } else if (!deferred) {
          left.remove(address);
        }
      }
      Outcome outcome = deferred ? Outcome.DEFERRED : Outcome.BOUNCED;
      return List.of(recipient(address, outcome, named.group(3), null, line));
    }
    Matcher delivered = DELIVERED.matcher(text);
    if (text.startsWith("delivered ") && delivered.lookingAt()) {
      return delivered(piece, delivered, line);
    }
    Matcher domain = DOMAIN.matcher(text);
    if (text.startsWith("hook=get_mx ") && domain.matches()) {
      if (domainOfPiece.size() < MOST) {
        String name = domain.group(1).toLowerCase(Locale.ROOT);
        if (domainOfPiece.put(piece, name) == null) {
          bytes += ENTRY + bytes(piece) + bytes(name);
        }
      }
      return null;
    }
    Matcher temporary = TEMPORARY.matcher(text);
    if (text.startsWith("Temp ") && temporary.matches()) {
      if (!temporary.group(1).startsWith("Some recipients ")) {
        return rest(piece, Outcome.DEFERRED, temporary.group(1), line);
      }
      String name = domainOfPiece.getOrDefault(piece, "");
      tryAgain(piece, name, deferrals.getOrDefault(piece, List.of()).size());
      return null; // they were named
    }
    Matcher bounced = BOUNCED.matcher(text);
    if (text.startsWith("bouncing ") && bounced.matches()) {
      String reason = bounced.group(1);
      if (reason.startsWith("Some recipients failed")) {
        return null;
      }
      over(piece);
      boolean expired = reason.startsWith("Too many failures");
      return rest(piece, expired ? Outcome.EXPIRED : Outcome.BOUNCED, reason, line);
    }
    return null;
  }

  private void deferred(String piece, String address) {
    List<String> all = deferrals.computeIfAbsent(piece, p -> new ArrayList<>(1));
    if (all.size() < MOST && deferrals.size() <= MOST) {
      all.add(address);
      bytes += ENTRY + bytes(address);
    }
  }

  /** The attempt has ended; those that it named are tried again, by themselves. */
  private void tryAgain(String piece, String domain, int count) {
    List<String> all = deferrals.remove(piece);
    Map<String, Boolean> left = open.get(domain);
    if (all == null || left == null || count > all.size() || next.size() >= MOST) {
      return;
    }
    List<String> again = all.subList(all.size() - count, all.size());
    again.forEach(address -> left.computeIfPresent(address, (a, b) -> false));
    next.put(piece, again);
  }

  private List<Recipient> delivered(String piece, Matcher delivered, HarakaLine line) {
    String text = line.text();
    int end = HarakaLine.valueEnd(text, delivered.end());
    Matcher rest = DELIVERED_REST.matcher(text).region(end, text.length());
    String domain = delivered.group(1).toLowerCase(Locale.ROOT);
    if (!rest.matches()) {
      return null;
    }
    int failures = Integer.parseInt(rest.group(1));
    int accepted = Integer.parseInt(rest.group(2));
    int deferred = Integer.parseInt(rest.group(3));
    if (deferred == 0) {
      over(piece);
    }
    LinkedHashMap<String, Boolean> left = open.get(domain);
    if (left == null) {
      return null;
    }
    List<String> taken = taken(piece, left, accepted, failures > 0 && deferred == 0);
    if (deferred > 0) {
      tryAgain(piece, domain, deferred);
    }
    if (taken.size() != accepted) {
      return null;
    }
    taken.forEach(left::remove);
    String reply = HarakaLine.unquoted(text.substring(delivered.end(), end));
    String nextHop = delivered.group(2) + '[' + delivered.group(3) + "]:" + delivered.group(4);
    return taken.stream()
        .map(address -> recipient(address, Outcome.DELIVERED, reply, nextHop, line))
        .toList();
  }

  /**
   * For whom the attempt may have been that is over: those for whom it was known to be, else the
   * domain's that are open and were not deferred in it.
   *
   * @param last no recipient was deferred in it, and it was not the piece's first: where the log
   *     does not say how the one before ended, those whom that deferred
   */
  private List<String> taken(String piece, Map<String, Boolean> left, int accepted, boolean last) {
    List<String> known = next.get(piece);
    List<String> taken = new ArrayList<>();
    left.forEach(
        (address, deferred) -> {
          if (!deferred && (known == null || known.contains(address))) {
            taken.add(address);
          }
        });
    if (taken.size() != accepted && known == null && last) {
      List<String> before = deferrals.getOrDefault(piece, List.of());
      return before.stream().filter(left::containsKey).distinct().toList();
    }
    return taken;
  }

  private List<Recipient> rest(String piece, Outcome outcome, String reason, HarakaLine line) {
    String domain = domainOfPiece.getOrDefault(piece, "");
    LinkedHashMap<String, Boolean> left = open.get(domain);
    boolean others =
        next.get(piece) == null
            && domainOfPiece.values().stream().filter(domain::equals).count() > 1;
    if (left == null || others && left.size() > 1) {
      return null;
    }
    List<String> all =
        left.keySet().stream()
            .filter(address -> next.get(piece) == null || next.get(piece).contains(address))
            .toList();
    deferrals.remove(piece);
    if (outcome == Outcome.DEFERRED) {
      all.forEach(address -> left.put(address, false));
    } else {
      all.forEach(left::remove);
    }
    return all.stream().map(address -> recipient(address, outcome, reason, null, line)).toList();
  }

  private static Recipient recipient(
      String address, Outcome outcome, String reply, String nextHop, HarakaLine line) {
    Matcher status = STATUS.matcher(reply);
    return new Recipient(
        address,
        null,
        null,
        outcome,
        status.matches() ? status.group(1) : null,
        NextHopReply.kept(reply),
        nextHop,
        outcome == Outcome.DELIVERED ? NextHopReply.queueId(reply) : null,
        line.time());
  }

  /** {@code queue/smtp_forward} has begun to hand the whole message on at once. */
  void forwarding(String host, String port) {
    // It has one word for the hop, a name or an address.
    hop = host + '[' + host + "]:" + port;
  }

  /**
   * The whole message was handed on.
   *
   * @param reply the next hop's
   */
  List<Recipient> forwarded(String reply, HarakaLine line) {
    List<Recipient> all =
        open.values().stream()
            .flatMap(left -> left.keySet().stream())
            .map(address -> recipient(address, Outcome.DELIVERED, reply, hop, line))
            .toList();
    open.clear();
    return all;
  }

  private static String domain(String address) {
    return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
  }
}
