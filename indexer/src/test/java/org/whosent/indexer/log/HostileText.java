package org.whosent.indexer.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Pieces that an attacker would put into a log, and what can be made of them. Immutable. */
public final class HostileText {
  private final String[] pieces;

  /** Of these pieces. */
  public HostileText(String... pieces) {
    this.pieces = pieces.clone();
  }

  /** The lines of a format's sample files, one file after the other. */
  public static List<String> samples(String source, List<String> names) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      try (InputStream in =
          HostileText.class.getResourceAsStream("/org/whosent/fixtures/" + source + "/" + name)) {
        lines.addAll(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
      }
    }
    return lines;
  }

  /** One of them, or a few. */
  public String some(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      text.append(piece(random));
    }
    return text.toString();
  }

  private String piece(Random random) {
    return pieces[random.nextInt(pieces.length)];
  }

  /** RFC 5321's quoted local part, as a sender may choose it. */
  public String address(Random random) {
    String local = some(random).replace("\\", "\\\\").replace("\"", "\\\"");
    return '"' + local + "\"@far.example";
  }

  /**
   * A line that somebody meddled with.
   *
   * @param changes so often
   * @param others lines of which pieces may stand in it
   */
  public String mutated(String line, int changes, List<String> others, Random random) {
    StringBuilder text = new StringBuilder(line);
    for (int i = changes; i > 0 && !text.isEmpty(); i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(5)) {
        case 0 -> text.insert(at, piece(random));
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
        case 2 -> {
          String other = others.get(random.nextInt(others.size()));
          text.insert(at, other.substring(random.nextInt(other.length() + 1)));
        }
        case 3 -> text.setLength(at);
        default -> text.setCharAt(at, (char) random.nextInt(0x180));
      }
    }
    return text.toString();
  }
}
