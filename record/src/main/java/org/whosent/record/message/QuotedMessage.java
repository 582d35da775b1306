package org.whosent.record.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the first message that is quoted, header and all, in somebody's text, and puts it together
 * again. Quote marks ({@code >}, {@code |}) are taken off, and so is the white space that mailers
 * add or take away: a line that starts no field continues the last one. Stateless.
 *
 * <p>A block counts when it has at least two fields of mail, one of them {@code Received} or {@code
 * Message-ID}; where there is none, one of {@link ForwardLabels} does. Known weakness: where a
 * mailer wrapped a long line in the middle of a word, the word stays broken.
 */
final class QuotedMessage {
  private static final Pattern FIELD =
      Pattern.compile("^[*]?([A-Za-z][A-Za-z0-9-]{1,60}):[*]?(?:[ \\t]|$)");
  private static final Set<String> STARTS =
      Set.of(
          "received",
          "return-path",
          "delivered-to",
          "x-original-to",
          "envelope-to",
          "x-envelope-to",
          "delivery-date",
          "message-id",
          "from",
          "date",
          "subject",
          "to",
          "dkim-signature",
          "authentication-results",
          "x-client-addr");
  private static final int MAX_LINES = 100_000;

  private QuotedMessage() {}

  static Optional<byte[]> find(String text) {
    List<String> lines = text.lines().limit(MAX_LINES).toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher field = FIELD.matcher(unquoted(lines.get(i)));
      if (field.find() && STARTS.contains(field.group(1).toLowerCase(Locale.ROOT))) {
        Block block = block(lines, i);
        if (block.leads()) {
          return Optional.of(block.message(lines));
        }
        i = Math.max(i, block.end - 1);
      }
    }
    return labelled(lines);
  }

  /** What has no identifier, but is marked as a forwarded message. */
  private static Optional<byte[]> labelled(List<String> lines) {
    List<String> plain = lines.stream().map(QuotedMessage::unquoted).toList();
    for (int i = 0; i < plain.size(); i++) {
      Optional<ForwardLabels.Block> block = ForwardLabels.at(plain, i);
      if (block.isPresent()) {
        return Optional.of(new Block(block.get().fields(), block.get().end()).message(lines));
      }
    }
    return Optional.empty();
  }

  private record Block(List<String> header, int end) {
    boolean leads() {
      boolean leads = false;
      int known = 0;
      for (String field : header) {
        String name = field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
        leads |= name.equals("received") || name.equals("message-id");
        if (STARTS.contains(name)) {
          known++;
        }
      }
      return leads && known >= 2;
    }

    byte[] message(List<String> lines) {
      StringBuilder out = new StringBuilder();
      for (String field : header) {
        out.append(field).append('\n');
      }
      out.append('\n');
      for (int i = end; i < lines.size(); i++) {
        out.append(unmarked(lines.get(i))).append('\n');
      }
      return out.toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  private static Block block(List<String> lines, int from) {
    List<String> header = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    int i = from;
    for (; i < lines.size(); i++) {
      String line = unquoted(lines.get(i));
      if (line.isBlank()) {
        i++;
        break;
      }
      Matcher field = FIELD.matcher(line);
      if (field.find()) {
        if (!current.isEmpty()) {
          header.add(current.toString());
        }
        current.setLength(0);
        current.append(field.group(1)).append(": ").append(line.substring(field.end()).strip());
      } else {
        current.append(' ').append(line.strip());
      }
      if (current.length() > MimeReader.MAX_HEADER_BYTES / 8 || header.size() > 1000) {
        break;
      }
    }
    if (!current.isEmpty()) {
      header.add(current.toString());
    }
    return new Block(header, i);
  }

  private static String unquoted(String line) {
    // By hand: a pattern with a repeated group overflows the stack on a line of nothing but marks.
    int at = 0;
    while (at < line.length() && " \t>|".indexOf(line.charAt(at)) >= 0) {
      at++;
    }
    return line.substring(at);
  }

  /** A body line without its quote mark: one level, white space kept. */
  private static String unmarked(String line) {
    if (line.startsWith("> ") || line.startsWith("| ")) {
      return line.substring(2);
    }
    return line.startsWith(">") ? line.substring(1) : line;
  }
}
