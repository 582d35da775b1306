package org.whosent.indexer.log.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts with which a line may begin, sorted by their first character, so that a line is compared
 * with few of them. Immutable, thread-safe.
 */
public final class Beginnings {
  private static final byte[][] NONE = {};
  private static final String[] NO_TEXTS = {};

  private final byte[][][] words = new byte[0x80][][];
  private final String[][] texts = new String[0x80][];

  /** Of these ASCII texts, none of them empty. */
  public Beginnings(List<String> beginnings) {
    for (char first = 0; first < texts.length; first++) {
      List<String> some = new ArrayList<>();
      List<byte[]> bytes = new ArrayList<>();
      for (String each : beginnings) {
        if (each.charAt(0) == first) {
          some.add(each);
          bytes.add(each.getBytes(StandardCharsets.US_ASCII));
        }
      }
      texts[first] = some.toArray(NO_TEXTS);
      words[first] = bytes.toArray(NONE);
    }
  }

  /** True when what stands there begins with one of them. */
  public boolean begin(LineBytes line, int at) {
    byte first = line.at(at);
    if (first <= 0) {
      return false;
    }
    for (byte[] word : words[first]) {
      if (line.startsWith(word, at)) {
        return true;
      }
    }
    return false;
  }

  /** True when the text begins with one of them. */
  public boolean begin(String text) {
    if (text.isEmpty() || text.charAt(0) >= texts.length) {
      return false;
    }
    for (String each : texts[text.charAt(0)]) {
      if (text.startsWith(each)) {
        return true;
      }
    }
    return false;
  }
}
