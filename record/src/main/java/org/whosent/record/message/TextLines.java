package org.whosent.record.message;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/**
 * HTML as the lines that a reader sees: forwards are recognised by lines, and many mail programs
 * send them as HTML only. Headers pasted in {@code <pre>} keep their breaks, each paragraph,
 * division, item and table row is a line, cells stand side by side. Stateless.
 */
final class TextLines {
  private TextLines() {}

  /** Those of a message's HTML parts, of which no more is read than of its text otherwise. */
  static String ofHtmlParts(OpenedMessage message) {
    StringBuilder lines = new StringBuilder();
    int mayRead = MessageText.MAX_RAW;
    for (int i = 0; i < message.leaves() && mayRead > 0; i++) {
      Part part = message.leaf(i);
      int room = MessageText.MAX_TEXT - lines.length();
      if (room > 0 && part.is("text/html") && !part.attachment()) {
        byte[] content = message.content(i, mayRead);
        mayRead -= content.length;
        String markup = Decoding.text(content, part.parameters().get("charset"));
        String text = ofHtml(markup.substring(0, Math.min(markup.length(), MessageText.MAX_TEXT)));
        lines.append(text, 0, Math.min(text.length(), room)).append('\n');
      }
    }
    return lines.toString();
  }

  /** The lines; never throws. */
  static String ofHtml(String markup) {
    StringBuilder out = new StringBuilder(markup.length() / 2);
    try {
      NodeTraversor.traverse(new Writer(out), Jsoup.parse(markup).body());
    } catch (RuntimeException | StackOverflowError e) {
      // A parser that trips over hostile markup must not stop the tracing.
      return markup;
    }
    return out.toString();
  }

  private record Writer(StringBuilder out) implements NodeVisitor {
    @Override
    public void head(Node node, int depth) {
      if (out.length() > MessageText.MAX_TEXT) {
        return;
      }
      if (node instanceof TextNode text) {
        boolean kept = text.parent() instanceof Element e && keepsBreaks(e);
        append(kept ? text.getWholeText() : text.text());
      } else if (node instanceof Element element) {
        switch (element.normalName()) {
          case "br" -> out.append('\n');
          case "td", "th" -> append(" ");
          default -> {
            if (element.isBlock()) {
              freshLine();
            }
          }
        }
      }
    }

    @Override
    public void tail(Node node, int depth) {
      if (node instanceof Element element
          && element.isBlock()
          && !element.normalName().equals("td")
          && !element.normalName().equals("th")) {
        freshLine();
      }
    }

    /** Looked for a few steps up only: hostile markup nests without end. */
    private static boolean keepsBreaks(Element element) {
      Element at = element;
      for (int steps = 0; at != null && steps < 8; steps++, at = at.parent()) {
        if (at.normalName().equals("pre") || at.normalName().equals("plaintext")) {
          return true;
        }
      }
      return false;
    }

    private void append(String text) {
      String plain = text.replace('\u00a0', ' ');
      boolean lineStart = out.isEmpty() || out.charAt(out.length() - 1) == '\n';
      out.append(lineStart && plain.isBlank() && plain.indexOf('\n') < 0 ? "" : plain);
    }

    private void freshLine() {
      if (!out.isEmpty() && out.charAt(out.length() - 1) != '\n') {
        out.append('\n');
      }
    }
  }
}
