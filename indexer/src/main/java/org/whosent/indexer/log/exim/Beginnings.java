package org.whosent.indexer.log.exim;

import java.util.ArrayList;
import java.util.List;
import org.whosent.indexer.log.text.LineBytes;

/**
 * Texts with which a line may begin, sorted by their first character, so that a line is compared
 * with few of them. Immutable, thread-safe.
 */
final class Beginnings {
  private static final byte[][] NONE = {};

  private final byte[][][] byFirst = new byte[0x80][][];

  /** Of these ASCII texts, none of them empty. */
  Beginnings(List<String> texts) {
    List<List<byte[]>> sorted = new ArrayList<>();
    for (int i = 0; i < byFirst.length; i++) {
      sorted.add(new ArrayList<>());
    }
    for (String text : texts) {
      sorted.get(text.charAt(0)).add(LineBytes.word(text));
    }
    for (int i = 0; i < byFirst.length; i++) {
      byFirst[i] = sorted.get(i).toArray(NONE);
    }
  }

  /** True when what stands there begins with one of them. */
  boolean begin(LineBytes line, int at) {
    byte first = line.at(at);
    if (first <= 0) {
      return false;
    }
    for (byte[] word : byFirst[first]) {
      if (line.startsWith(word, at)) {
        return true;
      }
    }
    return false;
  }
}
