package org.whosent.record.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.record.outlook.OutlookFiles;
import org.whosent.record.outlook.OutlookItem;

/**
 * Outlook's files ({@code .msg}, {@code winmail.dat}) opened as messages: the internet header that
 * Outlook kept, its rendering of the body below it as parts of ours, and the attachments as they
 * are. What was sent can be held against such a message by its header and by its words, not by its
 * octets ({@link OpenedMessage#isRendering}). Stateless.
 */
final class OutlookMail {
  /** Only base64 stands between two of them. */
  private static final String BOUNDARY = "=_rendering";

  private static final String INNER = "=_choice";

  private static final Pattern TYPE = Pattern.compile("[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}");

  /** Said of the body as it was sent. */
  private static final Set<String> STRUCTURE =
      Set.of("mime-version", "content-type", "content-transfer-encoding", "content-disposition");

  private OutlookMail() {}

  /**
   * Opens a file that {@link OutlookFiles#isOne} knows.
   *
   * @throws UnreadableMessageException when it is damaged, out of bounds, or no message
   */
  static OpenedMessage open(byte[] file) throws UnreadableMessageException {
    return rendering(read(file));
  }

  /** The same, not made a message of. */
  static OutlookItem read(byte[] file) throws UnreadableMessageException {
    try {
      return OutlookFiles.open(file);
    } catch (IOException e) {
      throw new UnreadableMessageException(
          OutlookFiles.isTnef(file)
              ? "a winmail.dat (TNEF) that cannot be opened (%s): ask for the message itself as .eml"
                  .formatted(e.getMessage())
              : "an Outlook message (.msg) or another Office file that cannot be opened (%s): save"
                      .formatted(e.getMessage())
                  + " the message as .eml, or paste its internet headers (File, Properties)");
    }
  }

  /** Whether such a file can be opened. */
  static boolean isReadable(byte[] file) {
    try {
      open(file);
      return true;
    } catch (UnreadableMessageException e) {
      return false;
    }
  }

  /**
   * One item as a message, with those in it.
   *
   * @throws UnreadableMessageException when it is out of bounds
   */
  static OpenedMessage rendering(OutlookItem item) throws UnreadableMessageException {
    OpenedMessage received = received(item.header());
    List<OpenedMessage> attached = new ArrayList<>();
    for (OutlookItem.Attachment attachment : item.attachments()) {
      if (attachment.item() != null) {
        attached.add(rendering(attachment.item()));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String fields =
        received == null
            ? String.join("\n", item.ownFields()) + (item.ownFields().isEmpty() ? "" : "\n")
            : withoutStructure(received.headerText());
    write(out, fields);
    write(out, "MIME-Version: 1.0\n");
    body(item, received, out);
    return OpenedMessage.rendering(out.toByteArray(), received, attached);
  }

  /** Null where there is none; drafts may have a few odd fields there. */
  private static OpenedMessage received(String header) throws UnreadableMessageException {
    if (header == null) {
      return null;
    }
    OpenedMessage opened = OpenedMessage.open(header.getBytes(StandardCharsets.UTF_8));
    boolean leads = opened.headers().has("Received") || opened.headers().has("Message-ID");
    return leads && Carriers.isMail(opened.headers()) ? opened : null;
  }

  /** A header without what it says of the body. */
  static String withoutStructure(String header) {
    StringBuilder kept = new StringBuilder();
    boolean keep = true;
    for (String line : header.lines().toList()) {
      if (!line.startsWith(" ") && !line.startsWith("\t")) {
        int colon = line.indexOf(':');
        String name = line.substring(0, Math.max(colon, 0)).strip().toLowerCase(Locale.ROOT);
        keep = !STRUCTURE.contains(name);
      }
      if (keep && !line.isEmpty()) {
        kept.append(line).append('\n');
      }
    }
    return kept.toString();
  }

  private static void body(OutlookItem item, OpenedMessage received, ByteArrayOutputStream out) {
    List<OutlookItem.Attachment> files =
        item.attachments().stream().filter(one -> one.content() != null).toList();
    boolean both = item.text() != null && item.html() != null && !isOnlyHtml(received);
    if (files.isEmpty() && !both) {
      if (item.text() == null && item.html() == null) {
        write(out, "\n");
      } else {
        shown(item, isOnlyHtml(received), out);
      }
      return;
    }
    write(out, "Content-Type: " + topType(received) + "; boundary=\"" + BOUNDARY + "\"\n\n");
    write(out, "--" + BOUNDARY + "\n");
    if (both) {
      write(out, "Content-Type: multipart/alternative; boundary=\"" + INNER + "\"\n\n");
      write(out, "--" + INNER + "\n");
      text(item, out);
      write(out, "--" + INNER + "\n");
      html(item, out);
      write(out, "--" + INNER + "--\n");
    } else {
      shown(item, isOnlyHtml(received), out);
    }
    for (OutlookItem.Attachment file : files) {
      write(out, "--" + BOUNDARY + "\nContent-Type: " + type(file.type()));
      write(out, "\nContent-Disposition: attachment\n");
      encoded(file.content(), out);
    }
    write(out, "--" + BOUNDARY + "--\n");
  }

  /** Then the plain text is Outlook's own; what was submitted had none. */
  private static boolean isOnlyHtml(OpenedMessage received) {
    return received != null && received.type().equals("text/html");
  }

  private static void shown(OutlookItem item, boolean htmlFirst, ByteArrayOutputStream out) {
    if (item.text() == null || htmlFirst && item.html() != null) {
      html(item, out);
    } else {
      text(item, out);
    }
  }

  private static void text(OutlookItem item, ByteArrayOutputStream out) {
    write(out, "Content-Type: text/plain; charset=utf-8\n");
    encoded(item.text().getBytes(StandardCharsets.UTF_8), out);
  }

  private static void html(OutlookItem item, ByteArrayOutputStream out) {
    if (item.html() == null) {
      write(out, "\n");
      return;
    }
    String charset = item.htmlCharset();
    write(out, "Content-Type: text/html" + (charset == null ? "" : "; charset=" + charset) + "\n");
    encoded(item.html(), out);
  }

  private static String topType(OpenedMessage received) {
    if (received == null || !received.type().equals("multipart/report")) {
      return "multipart/mixed";
    }
    String kind = received.parameter("report-type").orElse("").toLowerCase(Locale.ROOT);
    return kind.matches("[a-z-]{1,40}")
        ? "multipart/report; report-type=" + kind
        : "multipart/mixed";
  }

  private static String type(String said) {
    return said != null && TYPE.matcher(said).matches() && !said.startsWith("multipart/")
        ? said
        : "application/octet-stream";
  }

  private static void encoded(byte[] content, ByteArrayOutputStream out) {
    write(out, "Content-Transfer-Encoding: base64\n\n");
    out.writeBytes(Base64.getMimeEncoder(76, new byte[] {'\n'}).encode(content));
    write(out, "\n");
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
