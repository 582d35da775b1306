package org.whosent.record.outlook;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.apache.poi.hmef.CompressedRTF;

/**
 * The words of a text in RTF, where Outlook kept nothing else; of one that was made of HTML
 * (MS-OXRTFEX) those of the page. Formatting, pictures and tables of fonts are passed over. One for
 * each text; not thread-safe.
 */
final class RtfText {
  /** Of a longer text the beginning is read, in octets of RTF. */
  private static final int MOST = 4 << 20;

  private static final int DEEPEST = 1000;

  /** Destinations whose content nobody is shown as text. */
  private static final Set<String> HIDDEN =
      Set.of(
          "fonttbl",
          "colortbl",
          "stylesheet",
          "info",
          "pict",
          "object",
          "listtable",
          "listoverridetable",
          "header",
          "footer",
          "fldinst");

  /** What holds for a group and those in it. */
  private record Group(boolean hidden, int fallback) {}

  private final byte[] rtf;
  private final StringBuilder text = new StringBuilder();
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private final Deque<Group> outer = new ArrayDeque<>();
  private Charset charset;
  private boolean hidden;
  private int fallback = 1; // characters behind \\uN for those who cannot read it
  private int skip;
  private boolean ofRtfOnly; // \\htmlrtf
  private int at;

  private RtfText(byte[] rtf, Charset charset) {
    this.rtf = rtf;
    this.charset = charset;
  }

  /** The text of a compressed body (MS-OXRTFCP); as far as it goes where it is damaged. */
  static String ofCompressed(byte[] compressed, Charset charset) {
    Beginning out = new Beginning();
    try {
      new CompressedRTF().decompress(new ByteArrayInputStream(compressed), out);
    } catch (IOException | RuntimeException e) {
      // What was unpacked up to here counts.
    }
    return of(out.toByteArray(), charset);
  }

  /** The text of plain RTF. */
  static String of(byte[] rtf, Charset charset) {
    RtfText reader = new RtfText(rtf, charset);
    reader.read();
    return reader.text.toString();
  }

  /** Takes so much and no more. */
  private static final class Beginning extends ByteArrayOutputStream {
    @Override
    public void write(byte[] from, int start, int length) {
      if (size() + length > MOST) {
        throw new IllegalStateException("that is enough");
      }
      super.write(from, start, length);
    }

    @Override
    public void write(int octet) {
      if (size() >= MOST) {
        throw new IllegalStateException("that is enough");
      }
      super.write(octet);
    }
  }

  private void read() {
    while (at < rtf.length) {
      byte b = rtf[at++];
      switch (b) {
        case '{' -> begin();
        case '}' -> end();
        case '\\' -> control();
        case '\r', '\n', 0 -> {}
        default -> octet(b);
      }
    }
    flush();
  }

  private void begin() {
    flush();
    if (outer.size() < DEEPEST) {
      outer.push(new Group(hidden, fallback));
    }
  }

  private void end() {
    flush();
    Group group = outer.poll();
    if (group != null) {
      hidden = group.hidden;
      fallback = group.fallback;
    }
    skip = 0;
  }

  private void octet(byte b) {
    if (skip > 0) {
      skip--;
    } else if (isShown()) {
      octets.write(b);
    }
  }

  private boolean isShown() {
    return !hidden && !ofRtfOnly;
  }

  private void show(String characters) {
    flush();
    if (isShown()) {
      text.append(characters);
    }
  }

  /** Octets of one character may come one by one. */
  private void flush() {
    if (octets.size() > 0) {
      text.append(octets.toString(charset));
      octets.reset();
    }
  }

  private void control() {
    if (at >= rtf.length) {
      return;
    }
    byte b = rtf[at];
    if (!isLetter(b)) {
      at++;
      symbol(b);
      return;
    }
    int from = at;
    while (at < rtf.length && isLetter(rtf[at]) && at - from < 32) {
      at++;
    }
    String word = new String(rtf, from, at - from, StandardCharsets.US_ASCII);
    boolean minus = at < rtf.length && rtf[at] == '-';
    at += minus ? 1 : 0;
    long number = 0;
    int digits = 0;
    while (at < rtf.length && rtf[at] >= '0' && rtf[at] <= '9' && digits < 10) {
      number = number * 10 + rtf[at++] - '0';
      digits++;
    }
    if (at < rtf.length && rtf[at] == ' ') {
      at++;
    }
    word(word, digits == 0 ? 1 : minus ? -number : number);
  }

  private static boolean isLetter(byte b) {
    return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
  }

  private void symbol(byte b) {
    switch (b) {
      case '\'' -> {
        int high = at < rtf.length ? Character.digit(rtf[at], 16) : -1;
        int low = at + 1 < rtf.length ? Character.digit(rtf[at + 1], 16) : -1;
        if (high >= 0 && low >= 0) {
          at += 2;
          octet((byte) (high << 4 | low));
        }
      }
      case '*' -> hidden = true; // a destination that not every reader knows
      case '~' -> show(" ");
      case '_' -> show("-");
      case '\r', '\n' -> show("\n");
      case '\\', '{', '}' -> octet(b);
      default -> {}
    }
  }

  private void word(String word, long number) {
    switch (word) {
      case "par", "line", "sect", "page", "row" -> show("\n");
      case "tab", "cell" -> show("\t");
      case "u" -> {
        show(String.valueOf((char) number));
        skip = fallback;
      }
      case "uc" -> fallback = Math.clamp(number, 0, 16);
      case "bin" -> at = (int) Math.min(rtf.length, at + Math.max(0, number));
      case "htmlrtf" -> {
        flush();
        ofRtfOnly = number != 0;
      }
      case "ansicpg" -> {
        Charset said = MapiProperties.charset((int) number);
        charset = said == null ? charset : said;
      }
      case "emdash", "endash" -> show("-");
      case "lquote", "rquote" -> show("'");
      case "ldblquote", "rdblquote" -> show("\"");
      case "bullet" -> show("*");
      default -> hidden |= HIDDEN.contains(word);
    }
  }
}
