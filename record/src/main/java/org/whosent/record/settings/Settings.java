package org.whosent.record.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.whosent.record.IoReason;

/**
 * One mapping of a YAML file. Ask for every key that may stand in it, then call {@link #finish}:
 * keys nobody asked for are problems. Values of the wrong kind are problems, and the default is
 * given back so that the check goes on. Not thread-safe.
 *
 * <p>Files of up to 1 MiB, no aliases (none is needed, and they multiply).
 */
public final class Settings {
  private static final long MAX_BYTES = 1 << 20;
  private static final Duration LONGEST_SPAN = Duration.ofDays(36_500);

  private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})\\s*(s|m|h|d|w)");

  private final Path file;
  private final String path;
  private final int line;
  private final Map<String, Node> values;
  private final Map<String, Integer> keyLines;
  private final TreeSet<String> asked = new TreeSet<>();
  private final Problems problems;

  private Settings(
      Path file,
      String path,
      int line,
      Map<String, Node> values,
      Map<String, Integer> keyLines,
      Problems problems) {
    this.file = file;
    this.path = path;
    this.line = line;
    this.values = values;
    this.keyLines = keyLines;
    this.problems = problems;
  }

  /**
   * Reads a file; when it cannot be read or is no mapping, that is a problem and it is as empty.
   */
  public static Settings read(Path file, Problems problems) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        problems.addLast(file + ": larger than 1 MiB; this is no settings file");
        return empty(file, problems);
      }
      return parse(file, Files.readString(file, StandardCharsets.UTF_8), problems);
    } catch (IOException e) {
      problems.addLast(file + ": cannot be read (" + IoReason.of(e) + ")");
      return empty(file, problems);
    }
  }

  /** Reads a text as if it stood in {@code file}. */
  public static Settings parse(Path file, String text, Problems problems) {
    try {
      LoadSettings load =
          LoadSettings.builder()
              .setLabel(file.toString())
              .setMaxAliasesForCollections(0)
              .setAllowDuplicateKeys(false)
              .build();
      Optional<Node> root = new Compose(load).composeString(text);
      if (root.isEmpty()) {
        return empty(file, problems);
      }
      return of(file, "", root.get(), problems);
    } catch (MarkedYamlEngineException e) {
      int at = e.getProblemMark().map(m -> m.getLine() + 1).orElse(1);
      problems.addLast(file + ":" + at + ": not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      problems.addLast(file + ": not YAML: " + e.getMessage());
    }
    return empty(file, problems);
  }

  private static Settings empty(Path file, Problems problems) {
    return new Settings(file, "", 1, Map.of(), Map.of(), problems);
  }

  private static Settings of(Path file, String path, Node node, Problems problems) {
    Map<String, Node> values = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    int line = line(node);
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode key) {
          if (values.put(key.getValue(), tuple.getValueNode()) != null) {
            problems.add(file + ":" + line(key) + ": '" + key.getValue() + "' stands here twice");
          }
          lines.put(key.getValue(), line(key));
        } else {
          problems.add(file + ":" + line(tuple.getKeyNode()) + ": a key must be a plain word");
        }
      }
    } else {
      problems.add(
          file
              + ":"
              + line
              + ": expected 'key: value' pairs"
              + (path.isEmpty() ? "" : " in '" + path + "'"));
      // One mistake is one line: that its keys are missing goes without saying.
      return new Settings(file, path, line, values, lines, new Problems());
    }
    return new Settings(file, path, line, values, lines, problems);
  }

  private static int line(Node node) {
    return node.getStartMark().map(m -> m.getLine() + 1).orElse(1);
  }

  /** True when the key is there and not null. */
  public boolean has(String key) {
    asked.add(key);
    Node node = values.get(key);
    return node != null && !Tag.NULL.equals(node.getTag());
  }

  /** Says that something is wrong with a key's value. */
  public void problem(String key, String what) {
    problems.add(where(key) + what);
  }

  private String where(String key) {
    int at = keyLines.getOrDefault(key, line);
    return file + ":" + at + ": " + (path.isEmpty() ? "" : path + ".") + key + ": ";
  }

  /** A text, or the default. */
  public String text(String key, String byDefault) {
    if (!has(key)) {
      return byDefault;
    }
    if (values.get(key) instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    problem(key, "expected a text");
    return byDefault;
  }

  /** A text that must be there; empty, with a problem noted, when it is not. */
  public String requiredText(String key) {
    if (!has(key)) {
      problems.add(
          file + ":" + line + ": '" + (path.isEmpty() ? "" : path + ".") + key + "' is missing");
      return "";
    }
    return text(key, "");
  }

  /** A whole number within bounds, or the default. */
  public long number(String key, long byDefault, long least, long most) {
    String text = text(key, null);
    if (text == null) {
      return byDefault;
    }
    try {
      long number = Long.parseLong(text.replace("_", ""));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // the problem below says it
    }
    problem(
        key, "expected a whole number from " + least + " to " + most + ", found '" + text + "'");
    return byDefault;
  }

  /** true or false, or the default. */
  public boolean flag(String key, boolean byDefault) {
    String text = text(key, null);
    if (text == null) {
      return byDefault;
    }
    switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> {
        return true;
      }
      case "false", "no", "off" -> {
        return false;
      }
      default -> {
        problem(key, "expected true or false, found '" + text + "'");
        return byDefault;
      }
    }
  }

  /** A span of time such as {@code 30d}, {@code 36h}, {@code 10m}, {@code 45s}, or the default. */
  public Duration span(String key, Duration byDefault) {
    String text = text(key, null);
    if (text == null) {
      return byDefault;
    }
    Optional<Duration> span = parseSpan(text);
    if (span.isEmpty()) {
      problem(
          key,
          "expected a span such as 30d, 36h or 10m, of %dd at most, found '%s'"
              .formatted(LONGEST_SPAN.toDays(), text));
    }
    return span.orElse(byDefault);
  }

  /**
   * Reads {@code 30d}, {@code 36h}, {@code 10m}, {@code 45s}, {@code 2w}; empty for anything else,
   * and for more than a hundred years, since a time so long ago could be kept and never shown.
   */
  public static Optional<Duration> parseSpan(String text) {
    Matcher matcher = SPAN.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(matcher.group(1));
    Duration span =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          case "d" -> Duration.ofDays(count);
          default -> Duration.ofDays(7 * count);
        };
    return Optional.of(span).filter(s -> s.compareTo(LONGEST_SPAN) <= 0);
  }

  /** A path, relative ones from the file's own directory, or the default taken the same way. */
  public Path path(String key, String byDefault) {
    String text = text(key, byDefault);
    if (text != null && text.indexOf('\0') >= 0) {
      problem(key, "a file's name cannot contain NUL");
      text = byDefault;
    }
    return text == null ? null : file.toAbsolutePath().getParent().resolve(text).normalize();
  }

  /** A list of texts; one text alone is a list of one; empty when absent. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    if (has(key)) {
      // No switch over types: the JVM would spin code for it, which a cold look-up waits for.
      Node value = values.get(key);
      if (value instanceof ScalarNode scalar) {
        texts.add(scalar.getValue());
      } else if (value instanceof SequenceNode sequence) {
        for (Node node : sequence.getValue()) {
          if (node instanceof ScalarNode scalar) {
            texts.add(scalar.getValue());
          } else {
            problem(key, "expected a list of texts");
          }
        }
      } else {
        problem(key, "expected a text or a list of texts");
      }
    }
    return texts;
  }

  /** A nested mapping; as if empty when absent. */
  public Settings mapping(String key) {
    String nested = path.isEmpty() ? key : path + "." + key;
    if (!has(key)) {
      return new Settings(file, nested, line, Map.of(), Map.of(), problems);
    }
    return of(file, nested, values.get(key), problems);
  }

  /** A list of mappings; empty when absent. */
  public List<Settings> mappings(String key) {
    List<Settings> list = new ArrayList<>();
    if (has(key)) {
      if (values.get(key) instanceof SequenceNode sequence) {
        int i = 1;
        for (Node node : sequence.getValue()) {
          String nested = (path.isEmpty() ? key : path + "." + key) + "[" + i++ + "]";
          list.add(of(file, nested, node, problems));
        }
      } else {
        problem(key, "expected a list");
      }
    }
    return list;
  }

  /** Ends the reading of this mapping: whatever was not asked for is a problem. */
  public void finish() {
    for (String key : values.keySet()) {
      if (!asked.contains(key)) {
        String nearest = nearest(key);
        problem(key, "unknown key" + (nearest == null ? "" : "; did you mean '" + nearest + "'?"));
      }
    }
  }

  private String nearest(String key) {
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String known : asked) {
      int distance = distance(key.toLowerCase(Locale.ROOT), known.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        best = known;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Levenshtein distance; keys are short. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
