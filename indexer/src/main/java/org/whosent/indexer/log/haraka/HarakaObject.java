package org.whosent.indexer.log.haraka;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;

/**
 * What Haraka logs with {@code format=json} or {@code format=logfmt} in {@code log.ini}, as the
 * text that {@code format=default} would have had: {@code message}, then the other fields as {@code
 * name=value}, quoted as {@code stringify} does it ({@code logger.js}). Level, ID and plugin stand
 * before all that a client says, and a field can be there once. Stateless.
 */
final class HarakaObject {
  private static final Pattern LOGFMT =
      Pattern.compile(
          "level="
              + HarakaLine.LEVEL
              + " uuid="
              + HarakaLine.ID
              + " origin="
              + HarakaLine.PLUGIN
              + " message=");
  private static final Pattern LEVEL = Pattern.compile(HarakaLine.LEVEL);
  private static final Pattern ID = Pattern.compile(HarakaLine.ID);
  private static final Pattern PLUGIN = Pattern.compile(HarakaLine.PLUGIN);
  private static final Pattern NEEDS_QUOTING = Pattern.compile("^$|[ =\"\\\\\r\n]");
  private static final List<String> HEAD = List.of("level", "uuid", "origin", "message");

  private HarakaObject() {}

  /** Null when it is neither. */
  static HarakaLine.Parts parse(String logged) {
    return logged.startsWith("{") ? json(logged) : logfmt(logged);
  }

  private static HarakaLine.Parts logfmt(String logged) {
    Matcher head = LOGFMT.matcher(logged);
    if (!head.lookingAt()) {
      return null;
    }
    int end = HarakaLine.valueEnd(logged, head.end());
    String message = HarakaLine.unquoted(logged.substring(head.end(), end));
    return new HarakaLine.Parts(
        head.group(1), head.group(2), joined(message, logged.substring(end).strip()));
  }

  private static HarakaLine.Parts json(String logged) {
    Map<String, String> head = new HashMap<>();
    StringBuilder rest = new StringBuilder();
    byte[] bytes = logged.getBytes(StandardCharsets.UTF_8);
    try {
      JsonIn.object(
          bytes,
          0,
          bytes.length,
          (name, in) -> {
            Object value = in.any();
            if (!HEAD.contains(name)) {
              rest.append(rest.isEmpty() ? "" : " ").append(name).append('=').append(text(value));
            } else if (value instanceof String text) {
              head.put(name, text);
            }
          });
    } catch (BadLineException e) {
      return null;
    }
    String id = head.getOrDefault("uuid", "");
    String plugin = head.getOrDefault("origin", "");
    String message = head.get("message");
    return message != null
            && LEVEL.matcher(head.getOrDefault("level", "")).matches()
            && ID.matcher(id).matches()
            && PLUGIN.matcher(plugin).matches()
        ? new HarakaLine.Parts(id, plugin, joined(message, rest.toString()))
        : null;
  }

  private static String joined(String message, String rest) {
    String said = message.stripLeading();
    return said.isEmpty() || rest.isEmpty() ? said + rest : said + ' ' + rest;
  }

  private static String text(Object value) {
    String text =
        value == null ? "" : value instanceof Map || value instanceof List ? "?" : value.toString();
    return NEEDS_QUOTING.matcher(text).find()
        ? '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
        : text;
  }
}
