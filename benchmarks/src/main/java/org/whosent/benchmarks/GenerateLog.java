package org.whosent.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Multiplies a real log into a big one: {@code GenerateLog postfix|exim MEGABYTES TEMPLATE… > LOG}.
 *
 * <p>Each copy of the template follows the one before in time and has queue IDs of its own (also
 * those that the next hops give), Message-IDs, users and addresses: a user of the template becomes
 * one of a thousand, drawn unevenly. Everything else stays as the real server wrote it. The same
 * arguments make the same bytes.
 *
 * <p>Postfix: traditional stamps ({@code Nov 23 15:52:48}). Exim: its main log's own.
 */
public final class GenerateLog {
  private static final Pattern QUEUE_ID =
      Pattern.compile(
          "(?<=[ =])(?:[0-9A-F]{9,15}|[0-9BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz]{13,20})"
              + "(?=[: )]|$)");
  private static final Pattern EXIM_ID =
      Pattern.compile("\\b[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}\\b");
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._+-]+(?=@[A-Za-z0-9])");

  /** The samples' next hops were on the same machine, as only a content filter's are elsewhere. */
  private static final Pattern NEXT_HOP =
      Pattern.compile("127\\.0\\.0\\.1\\[127\\.0\\.0\\.1]:[0-9]+");

  private static final String SHORT = "0123456789ABCDEF";
  private static final String LONG = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int VARIANTS = 1000;

  private final Pattern id;
  private final DateTimeFormatter stamp;
  private final int stampLength;
  private final Random random = new Random(1);

  /** A template line: when, in seconds after the first, and what follows the stamp. */
  private record Line(long second, String[] pieces, boolean[] isId, boolean[] isAddress) {}

  private GenerateLog(boolean exim) {
    id = exim ? EXIM_ID : Pattern.compile(QUEUE_ID + "|" + EXIM_ID);
    stamp =
        DateTimeFormatter.ofPattern(exim ? "yyyy-MM-dd HH:mm:ss" : "MMM ppd HH:mm:ss", Locale.US);
    stampLength = exim ? 19 : 15;
  }

  public static void main(String[] arguments) throws IOException {
    GenerateLog log = new GenerateLog(arguments[0].equals("exim"));
    long bytes = Long.parseLong(arguments[1]) * 1_000_000;
    List<String> lines = new ArrayList<>();
    for (String file : Arrays.asList(arguments).subList(2, arguments.length)) {
      for (String line : Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1)) {
        lines.add(NEXT_HOP.matcher(line).replaceAll("mx.far.example[198.51.100.25]:25"));
      }
    }
    try (OutputStream out = new BufferedOutputStream(System.out, 1 << 20)) {
      log.write(lines, bytes, out);
    }
  }

  private void write(List<String> template, long bytes, OutputStream out) throws IOException {
    DateTimeFormatter parser =
        stampLength == 19 ? stamp : DateTimeFormatter.ofPattern("yyyy MMM ppd HH:mm:ss", Locale.US);
    List<Line> lines = new ArrayList<>();
    LocalDateTime first = null;
    for (String text : template) {
      String time = text.substring(0, stampLength);
      LocalDateTime at = LocalDateTime.parse(stampLength == 19 ? time : "2026 " + time, parser);
      first = first == null ? at : first;
      lines.add(
          line(java.time.Duration.between(first, at).toSeconds(), text.substring(stampLength)));
    }
    long span = 1 + lines.stream().mapToLong(Line::second).max().orElse(0);
    LocalDateTime start = first.toLocalDate().atStartOfDay();
    long written = 0;
    for (long copy = 0; written < bytes; copy++) {
      Map<String, String> fresh = new HashMap<>();
      for (Line line : lines) {
        StringBuilder text = new StringBuilder(256);
        text.append(stamp.format(start.plusSeconds(copy * span + Math.max(0, line.second))));
        for (int i = 0; i < line.pieces.length; i++) {
          String piece = line.pieces[i];
          if (line.isId[i]) {
            piece = fresh.computeIfAbsent(piece, this::freshId);
          } else if (line.isAddress[i]) {
            piece = fresh.computeIfAbsent("@" + piece, this::freshAddress);
          }
          text.append(piece);
        }
        byte[] encoded = text.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1);
        out.write(encoded);
        written += encoded.length;
      }
    }
  }

  /** Cuts a line where something must be replaced. */
  private Line line(long second, String text) {
    List<String> pieces = new ArrayList<>();
    List<Boolean> ids = new ArrayList<>();
    List<Boolean> addresses = new ArrayList<>();
    Matcher matcher = Pattern.compile(id + "|" + ADDRESS).matcher(text);
    int at = 0;
    while (matcher.find()) {
      boolean isId = id.matcher(matcher.group()).matches() || !isAddress(text, matcher.end());
      pieces.add(text.substring(at, matcher.start()));
      pieces.add(matcher.group());
      ids.addAll(List.of(false, isId));
      addresses.addAll(List.of(false, !isId));
      at = matcher.end();
    }
    pieces.add(text.substring(at));
    ids.add(false);
    addresses.add(false);
    boolean[] isId = new boolean[pieces.size()];
    boolean[] isAddress = new boolean[pieces.size()];
    for (int i = 0; i < isId.length; i++) {
      isId[i] = ids.get(i);
      isAddress[i] = addresses.get(i);
    }
    return new Line(second, pieces.toArray(String[]::new), isId, isAddress);
  }

  private static boolean isAddress(String text, int end) {
    return end < text.length() && text.charAt(end) == '@';
  }

  private String freshId(String old) {
    String alphabet = old.indexOf('-') >= 0 ? BASE62 : old.matches("[0-9A-F]+") ? SHORT : LONG;
    StringBuilder id = new StringBuilder(old);
    for (int i = 0; i < id.length(); i++) {
      if (id.charAt(i) != '-') {
        id.setCharAt(i, alphabet.charAt(random.nextInt(alphabet.length())));
      }
    }
    return id.toString();
  }

  /** A Message-ID's left side is as fresh as a user's name. */
  private String freshAddress(String old) {
    double uneven = random.nextDouble();
    boolean messageId = old.length() > 17;
    long number =
        messageId ? random.nextLong() & 0xffff_ffffL : (long) (VARIANTS * uneven * uneven);
    return old.substring(1) + "." + Long.toHexString(number);
  }
}
