package org.whosent.indexer.log.haraka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.reader.MeasuredTable;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;

/**
 * What became of one Haraka transaction's recipients. Haraka sends a message in one piece for each
 * domain, names only the recipients that were refused, and gives of the others the number ({@code
 * outbound/hmail.js}). So those that are left of a domain are taken for delivered when their number
 * is the one that the line says; else nothing is said of them. Bounded: 200 recipients and pieces,
 * and {@link MeasuredTable} bounds all messages together. Not thread-safe.
 */
final class HarakaOutbound extends MeasuredTable.Session {
  private static final int MOST = 200;
  private static final int ADDRESS = 320;
  private static final int REPLY = 1000;

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
          " delay=[0-9.]{1,20} fails=[0-9]{1,9} rcpts=([0-9]{1,6})/[0-9]{1,6}/[0-9]{1,6}");
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
        if (deferred) {
          left.computeIfPresent(address, (a, b) -> true);
        } else {
          left.remove(address);
        }
      }
      Outcome outcome = deferred ? Outcome.DEFERRED : Outcome.BOUNCED;
      return List.of(recipient(address, outcome, named.group(3), null, line));
    }
    Matcher delivered = DELIVERED.matcher(text);
    if (text.startsWith("delivered ") && delivered.lookingAt()) {
      return delivered(delivered, line);
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
      return temporary.group(1).startsWith("Some recipients ")
          ? null // they are named
          : rest(piece, Outcome.DEFERRED, temporary.group(1), line);
    }
    Matcher bounced = BOUNCED.matcher(text);
    if (text.startsWith("bouncing ") && bounced.matches()) {
      String reason = bounced.group(1);
      if (reason.startsWith("Some recipients failed")) {
        return null;
      }
      boolean expired = reason.startsWith("Too many failures");
      return rest(piece, expired ? Outcome.EXPIRED : Outcome.BOUNCED, reason, line);
    }
    return null;
  }

  private List<Recipient> delivered(Matcher delivered, HarakaLine line) {
    String text = line.text();
    int end = HarakaLine.valueEnd(text, delivered.end());
    Matcher rest = DELIVERED_REST.matcher(text).region(end, text.length());
    if (!rest.matches()) {
      return null;
    }
    LinkedHashMap<String, Boolean> left = open.get(delivered.group(1).toLowerCase(Locale.ROOT));
    if (left == null) {
      return null;
    }
    List<String> taken = new ArrayList<>();
    left.forEach(
        (address, deferred) -> {
          if (!deferred) {
            taken.add(address);
          }
        });
    if (taken.size() != Integer.parseInt(rest.group(1))) {
      return null;
    }
    taken.forEach(left::remove);
    left.replaceAll((address, deferred) -> false); // the next attempt begins
    String reply = HarakaLine.unquoted(text.substring(delivered.end(), end));
    String nextHop = delivered.group(2) + '[' + delivered.group(3) + "]:" + delivered.group(4);
    return taken.stream()
        .map(address -> recipient(address, Outcome.DELIVERED, reply, nextHop, line))
        .toList();
  }

  private List<Recipient> rest(String piece, Outcome outcome, String reason, HarakaLine line) {
    LinkedHashMap<String, Boolean> left = open.get(domainOfPiece.getOrDefault(piece, ""));
    if (left == null) {
      return null;
    }
    List<Recipient> found = new ArrayList<>();
    left.keySet().forEach(address -> found.add(recipient(address, outcome, reason, null, line)));
    left.replaceAll((address, deferred) -> false);
    if (outcome != Outcome.DEFERRED) {
      left.clear();
    }
    return found;
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
        reply.length() > REPLY ? reply.substring(0, REPLY) : reply,
        nextHop,
        outcome == Outcome.DELIVERED ? NextHopReply.queueId(reply) : null,
        line.time());
  }

  private static String domain(String address) {
    return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
  }
}
