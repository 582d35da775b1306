package org.whosent.record.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A header block in somebody's text. A line that starts no field continues the last one, however it
 * was wrapped, but for a Received field that has its date: a server writes no more, and what stands
 * below is the sender's first field, by whatever name. What mail programs do to text is undone:
 * {@code *bold*} names, {@code &lt;} for brackets, the {@code <mailto:…>} that is put behind each
 * address, an empty line after every line. Immutable.
 *
 * @param fields {@code Name: value} without line endings
 * @param end the line after the block and its empty line
 */
record QuotedHeader(List<String> fields, int end) {
  private static final Pattern FIELD =
      Pattern.compile(
          "^[*_]{0,2}([A-Za-z][A-Za-z0-9-]{1,60})[*_]{0,2}:[*_]{0,2}(?:[ \\t\\u00a0]|$)");
  private static final Set<String> STARTS =
      Set.of(
          "received",
          "return-path",
          "delivered-to",
          "x-original-to",
          "envelope-to",
          "x-envelope-to",
          "x-envelope-from",
          "x-apparently-to",
          "x-hmxmroriginalrecipient",
          "delivery-date",
          "message-id",
          "from",
          "date",
          "subject",
          "to",
          "reply-to",
          "sender",
          "mime-version",
          "dkim-signature",
          "arc-seal",
          "received-spf",
          "authentication-results",
          "x-client-addr");
  private static final Pattern MAILTO =
      Pattern.compile("[<\\[](?:mailto|https?):[^<>\\[\\]\\s]{1,500}[>\\]]");
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s<>()\\[\\]\"',;:@]{1,64}@[^\\s<>()\\[\\]\"',;:@]{1,255}");

  /**
   * What stood behind a Message-ID in the cell, the string or the sentence that it was cut from.
   */
  private static final Pattern CUT_OUT =
      Pattern.compile("(?i)^(Message-ID:[ \\t]{0,5}<[^<>\\s]{1,8000}>)[\"'`,;.)\\]}]{1,5}$");

  /**
   * A Received field's end (RFC 5321 section 4.4). No client's word is in it: names have no blanks.
   */
  private static final String DATE =
      ";[\\s\\u00a0]{0,9}(?:[A-Za-z]{3},?[\\s\\u00a0]{1,9})?[0-9]{1,2}[\\s\\u00a0]{1,9}[A-Za-z]{3}"
          + "[\\s\\u00a0]{1,9}[0-9]{2,4}[\\s\\u00a0]{1,9}[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
          + "[\\s\\u00a0]{1,9}(?:[+-][0-9]{4}|[A-Z]{1,5})(?![0-9A-Za-z])";

  private static final String ZONE = "\\([A-Za-z0-9 +:-]{1,40}\\)";
  private static final Pattern ENDS_IN_DATE =
      Pattern.compile(DATE + "(?:[\\s\\u00a0]{0,9}" + ZONE + ")?[\\s\\u00a0]{0,9}$");
  private static final Pattern ZONE_ALONE = Pattern.compile("^" + ZONE + "\\s{0,9}$");
  private static final Pattern BEHIND_DATE =
      Pattern.compile("(" + DATE + "(?:[ \\t]{1,9}" + ZONE + ")?)[ \\t]++(?=[^\\n])");

  /** In UTF-16 units, more than a date and its zone have. */
  private static final int LONGEST_DATE = 160;

  /** What servers take for a field, too: RFC 5322 section 4.5, or no blank behind the colon. */
  private static final Pattern ODD_FIELD =
      Pattern.compile("^([A-Za-z][A-Za-z0-9-]{0,76})[ \\t\\u00a0]{0,9}:");

  private static final int MAX_FIELDS = 1000;

  /** In UTF-16 units, what {@link #FIELD} takes before its colon. */
  private static final int LONGEST_NAME = 65;

  QuotedHeader {
    fields = List.copyOf(fields);
  }

  /** True when a block can begin with this line, quote marks taken off. */
  static boolean mayBegin(String line) {
    return STARTS.contains(name(line));
  }

  private static String name(String line) {
    int colon = line.indexOf(':');
    if (colon < 2 || colon > LONGEST_NAME) {
      return ""; // asked of every line of every text, so mostly without a regex
    }
    Matcher field = FIELD.matcher(line);
    return field.find() ? field.group(1).toLowerCase(Locale.ROOT) : "";
  }

  /** True when it holds an identifier and is mail's. */
  boolean leads() {
    boolean leads = false;
    int known = 0;
    for (String field : fields) {
      String name = field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
      leads |= name.equals("received") || name.equals("message-id");
      if (STARTS.contains(name)) {
        known++;
      }
    }
    return leads && known >= 2;
  }

  /**
   * True when it says the sender and the subject that these labels say. What says nothing of them
   * agrees with nothing; only a subject may be missing, on both sides. Where both say an address it
   * is the same: what stands before it is whatever the sender calls himself, another's address too.
   * Labels that leave out the subject agree by the address alone.
   */
  boolean agrees(ForwardLabels.Block labels) {
    List<String> here = addresses(fields);
    List<String> there = addresses(labels.fields());
    if (here.isEmpty() || there.isEmpty()) {
      return labels.hasSubject() && named(labels.fields());
    }
    boolean sameAddress = here.getLast().equals(there.getLast()) && here.containsAll(there);
    return sameAddress && (!labels.hasSubject() || named(labels.fields()));
  }

  private boolean named(List<String> labels) {
    return !folded("From", fields).isEmpty() && same("From", labels) && same("Subject", labels);
  }

  /** Those in From, folded, its own last. */
  private static List<String> addresses(List<String> fields) {
    return ADDRESS
        .matcher(value("From", fields))
        .results()
        .map(address -> address.group().toLowerCase(Locale.ROOT))
        .toList();
  }

  private boolean same(String name, List<String> labels) {
    String here = folded(name, fields);
    String there = folded(name, labels);
    return here.isEmpty() == there.isEmpty() && (here.contains(there) || there.contains(here));
  }

  private static String folded(String name, List<String> fields) {
    return value(name, fields).replaceAll("[\\s\"'<>]+", "").toLowerCase(Locale.ROOT);
  }

  private static String value(String name, List<String> fields) {
    for (String field : fields) {
      if (field.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
        return Decoding.words(field.substring(name.length() + 1));
      }
    }
    return "";
  }

  /** The block that begins at this line; the lines have their quote marks taken off. */
  static QuotedHeader at(List<String> lines, int from) {
    boolean spaced = isSpaced(lines, from);
    List<String> header = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    int i = from;
    for (; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank()) {
        if (spaced && i + 1 < lines.size() && !lines.get(i + 1).isBlank()) {
          continue;
        }
        i++;
        break;
      }
      Matcher field = FIELD.matcher(line);
      if (field.find()) {
        if (!current.isEmpty()) {
          header.add(cleaned(current));
        }
        current.setLength(0);
        current.append(field.group(1)).append(": ").append(line.substring(field.end()).strip());
      } else if (spaced && i > from && lines.get(i - 1).isBlank() && !folded(line)) {
        break; // the text begins
      } else if (isWhole(current) && !ZONE_ALONE.matcher(line).find()) {
        header.add(cleaned(current));
        current.setLength(0);
        Matcher odd = ODD_FIELD.matcher(line);
        if (odd.find()) {
          current.append(odd.group(1)).append(": ").append(line.substring(odd.end()).strip());
        }
      } else if (!current.isEmpty()) { // else of a field by no name that is read here
        current.append(' ').append(line.strip());
      }
      if (current.length() > MimeReader.MAX_HEADER_BYTES / 8 || header.size() > MAX_FIELDS) {
        break;
      }
    }
    if (!current.isEmpty()) {
      header.add(cleaned(current));
    }
    return new QuotedHeader(header, i);
  }

  /** Whether it is a Received field with its date. */
  private static boolean isWhole(StringBuilder field) {
    return field.length() > 9
        && field.substring(0, 9).equalsIgnoreCase("Received:")
        && ENDS_IN_DATE.matcher(field.substring(Math.max(9, field.length() - LONGEST_DATE))).find();
  }

  /** A header on one line, with a line's end behind the date of each Received field. */
  static String brokenBehindDates(String text) {
    return BEHIND_DATE.matcher(text).replaceAll("$1\n");
  }

  /** An empty line after each of the first lines: paragraphs that were turned into text. */
  private static boolean isSpaced(List<String> lines, int from) {
    for (int i = 0; i < 3; i++) {
      int at = from + 2 * i;
      if (at + 1 >= lines.size()
          || name(lines.get(at)).isEmpty()
          || i < 2 && !lines.get(at + 1).isBlank()) {
        return false;
      }
    }
    return true;
  }

  /** What can only be the rest of a trace field. */
  private static boolean folded(String line) {
    return line.startsWith("by ")
        || line.startsWith("for ")
        || line.startsWith("with ")
        || line.startsWith("id ")
        || line.startsWith("(");
  }

  private static String cleaned(StringBuilder field) {
    String text = CUT_OUT.matcher(PastedText.field(field.toString())).replaceFirst("$1");
    return text.contains("mailto:") || text.contains("<http")
        ? MAILTO.matcher(text).replaceAll("")
        : text;
  }
}
