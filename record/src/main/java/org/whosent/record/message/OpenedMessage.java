package org.whosent.record.message;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.whosent.record.outlook.OutlookFiles;

/**
 * A message in memory, opened: header, body, parts. Immutable, thread-safe.
 *
 * <p>Tolerates what complaints are full of: LF, CRLF, mixed or CR-only line endings, no empty line
 * after the header, a header without a body, a body without a header, boundaries that never come.
 */
public final class OpenedMessage {
  /** The longest message that is opened. */
  public static final int MAX_BYTES = 64 << 20;

  /** A part with content of its own, and where that stands, its end exclusive. */
  record Leaf(Part part, int from, int to) {}

  private final byte[] bytes;
  private final Part top;
  private final int bodyOffset;
  private final List<Leaf> leaves;
  private final List<Part> parts;
  private final int delimiters;
  private final boolean headerCut;
  private final boolean unopenedParts;

  /** Null for a message that is here as it was received. */
  private final Rendering rendering;

  /** What a mail program kept of a message in place of its octets. */
  private record Rendering(OpenedMessage header, List<OpenedMessage> attached) {}

  // Made when first asked for; two threads that ask at once make the same.
  private MessageDigests digests;
  private MessageSizes sizes;
  private String plainText;
  private String htmlLines;

  /** What was unpacked of archives that it has attached; null until it was, and as above. */
  List<AttachedArchive> archives;

  private OpenedMessage(
      byte[] bytes,
      int bodyOffset,
      List<Leaf> leaves,
      List<Part> parts,
      int delimiters,
      MimeReader reader,
      Rendering rendering) {
    this.bytes = bytes;
    this.top = parts.getFirst();
    this.bodyOffset = bodyOffset;
    this.leaves = leaves;
    this.parts = parts;
    this.delimiters = delimiters;
    this.headerCut = reader.isHeaderCut();
    this.unopenedParts = reader.hasUnopenedParts();
    this.rendering = rendering;
  }

  /**
   * Opens a message. The array is not copied: leave it alone.
   *
   * @throws UnreadableMessageException when it is empty or out of bounds
   */
  public static OpenedMessage open(byte[] message) throws UnreadableMessageException {
    return open(message, null);
  }

  /**
   * A message of which a mail program kept a rendering.
   *
   * @param rendering put together as a message
   * @param header as it was received; null where nobody kept it
   * @param attached messages that it has attached, renderings too
   * @throws UnreadableMessageException when it is out of bounds
   */
  static OpenedMessage rendering(
      byte[] rendering, OpenedMessage header, List<OpenedMessage> attached)
      throws UnreadableMessageException {
    return open(rendering, new Rendering(header, List.copyOf(attached)));
  }

  private static OpenedMessage open(byte[] message, Rendering rendering)
      throws UnreadableMessageException {
    if (message.length == 0) {
      throw new UnreadableMessageException("the input is empty");
    }
    if (message.length > MAX_BYTES) {
      throw new UnreadableMessageException(
          "the message has %d bytes; at most %d are read".formatted(message.length, MAX_BYTES));
    }
    byte[] bytes = InputText.lineFeeds(message);
    List<Leaf> leaves = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    var state =
        new Object() {
          int bodyOffset;
          int from;
          int delimiters;
        };
    MimeReader reader =
        new MimeReader(
            new ByteArrayInputStream(bytes),
            new MimeReader.Visitor() {
              @Override
              public void part(Part part, long contentOffset) {
                if (parts.isEmpty()) {
                  state.bodyOffset = (int) contentOffset;
                }
                parts.add(part);
                state.from = (int) contentOffset;
              }

              @Override
              public void end(Part part, long offset) {
                leaves.add(new Leaf(part, state.from, (int) Math.max(offset, state.from)));
              }

              @Override
              public void delimiter() {
                state.delimiters++;
              }
            });
    try {
      reader.read();
    } catch (IOException e) {
      throw new IllegalStateException("an array cannot fail to be read", e);
    }
    return new OpenedMessage(
        bytes,
        state.bodyOffset,
        List.copyOf(leaves),
        List.copyOf(parts),
        state.delimiters,
        reader,
        rendering);
  }

  /**
   * True when its body is what a mail program made of it (Outlook's files): the words are those
   * that were sent, the octets are not.
   */
  public boolean isRendering() {
    return rendering != null;
  }

  /** False for a rendering without the header that servers wrote. */
  public boolean hasReceivedHeader() {
    return rendering == null || rendering.header != null;
  }

  /** What is here as it was received: all of it, or of a rendering the header. */
  public OpenedMessage asReceived() {
    return rendering == null || rendering.header == null ? this : rendering.header;
  }

  /** Messages attached to a rendering, which are no parts of it. */
  List<OpenedMessage> attachedRenderings() {
    return rendering == null ? List.of() : rendering.attached;
  }

  /** The message's header. */
  public Headers headers() {
    return top.headers();
  }

  /** The media type of the message, e.g. {@code multipart/report}. */
  public String type() {
    return top.type();
  }

  /** A parameter of the message's Content-Type, by lower-case name. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(top.parameters().get(name));
  }

  /** True when its header is out of bounds: of it the upper fields are here. */
  public boolean isHeaderCut() {
    return headerCut;
  }

  /** True when it has more parts, or deeper ones, than are opened: what is in them is not known. */
  public boolean hasUnopenedParts() {
    return unopenedParts;
  }

  /** False when the message ends in the midst of a header field's line. */
  public boolean headerIsWhole() {
    return bodyOffset < bytes.length || bytes[bytes.length - 1] == '\n';
  }

  /**
   * True when a line that belongs to no field ends the header, fields of mail come below it, and
   * nothing below these: its folded lines lost their indents, or a sender wrote it so and his
   * server passed it on. Most servers write an empty line there.
   */
  public boolean headerEndsInMidst() {
    if (asReceived() != this) {
      return asReceived().headerEndsInMidst();
    }
    int at = bodyOffset;
    boolean afterEmptyLine =
        at > 1
            && bytes[at - 1] == '\n'
            && (bytes[at - 2] == '\n' || bytes[at - 2] == '\r' && at > 2 && bytes[at - 3] == '\n');
    if (at == 0 || afterEmptyLine || bytes.length - at > MimeReader.MAX_HEADER_BYTES) {
      return false;
    }
    String below = new String(bytes, at, bytes.length - at, StandardCharsets.UTF_8);
    return !below.startsWith("From ") // an mbox's separator line: MendedHeader
        && below.lines().takeWhile(line -> !line.isBlank()).anyMatch(QuotedHeader::mayBegin)
        && below.lines().dropWhile(line -> !line.isBlank()).allMatch(String::isBlank);
  }

  /** The header as it stands there, bounded. */
  String headerText() {
    return new String(
        bytes, 0, Math.min(bodyOffset, MimeReader.MAX_HEADER_BYTES), StandardCharsets.UTF_8);
  }

  /** True when the last line is not ended: mail arrives in whole lines, so it was cut or pasted. */
  public boolean endsInMidLine() {
    return bytes[bytes.length - 1] != '\n';
  }

  /** True when something other than line breaks follows the header. */
  public boolean hasBody() {
    for (int i = bodyOffset; i < bytes.length; i++) {
      if (bytes[i] > ' ' || bytes[i] < 0) {
        return true;
      }
    }
    return false;
  }

  /** All parts, the message itself first, in their order. */
  public List<Part> parts() {
    return parts;
  }

  /** The decoded contents of all parts of that type that are no multiparts, each cut there. */
  public List<byte[]> contents(String type, int limit) {
    return leaves.stream().filter(l -> l.part.is(type)).map(l -> decode(l, limit)).toList();
  }

  /**
   * The first octets of each attached file, decoded, which tell what it is; Outlook's files that
   * can be opened are left out.
   */
  public List<byte[]> beginningsOfFiles(int octets) {
    return leaves.stream()
        .filter(l -> !l.part.type().startsWith("text/"))
        .filter(l -> !isOutlookMail(l))
        .map(l -> decode(l, octets))
        .toList();
  }

  private boolean isOutlookMail(Leaf leaf) {
    return OutlookFiles.isOne(decode(leaf, 8)) && OutlookMail.isReadable(decode(leaf, MAX_BYTES));
  }

  /** How many parts hold content of their own. */
  int leaves() {
    return leaves.size();
  }

  /** The n-th of them, from 0. */
  Part leaf(int n) {
    return leaves.get(n).part;
  }

  /** Its decoded content, at most {@code limit} bytes. */
  byte[] content(int n, int limit) {
    return decode(leaves.get(n), limit);
  }

  private byte[] decode(Leaf leaf, int limit) {
    return Decoding.content(bytes, leaf.from, leaf.to, leaf.part.encoding(), limit);
  }

  /**
   * True when the structure ends as its header promised: a multipart with its closing boundary. A
   * message cut on its way is incomplete, and then its content proves nothing against anybody.
   */
  public boolean complete() {
    if (!top.isMultipart()) {
      return hasBody();
    }
    String boundary = top.parameters().get("boundary");
    if (boundary == null || boundary.isEmpty()) {
      return false;
    }
    byte[] closing = ("--" + boundary + "--").getBytes(StandardCharsets.UTF_8);
    for (int at = bytes.length - closing.length; at >= bodyOffset; at--) {
      // At the start of a line only (RFC 2046 section 5.1.1), or a long boundary is sought in vain
      // at every octet of a line of hyphens.
      if (bytes[at] == '-'
          && (at == 0 || bytes[at - 1] == '\n')
          && Arrays.equals(bytes, at, at + closing.length, closing, 0, closing.length)) {
        return true;
      }
    }
    return false;
  }

  /** The text that a reader sees: bounded, decoded, not folded. */
  public String text() {
    return text(false);
  }

  private String text(boolean plainOnly) {
    MessageText text = new MessageText();
    for (Leaf leaf : leaves) {
      if (!plainOnly || leaf.part.is("text/plain")) {
        text.content(leaf.part, bytes, leaf.from, leaf.to);
        text.end(leaf.part);
      }
    }
    return text.text();
  }

  /** The lines of the HTML parts as a reader sees them, bounded; blank where there are none. */
  String htmlLines() {
    if (htmlLines == null) {
      htmlLines = TextLines.ofHtmlParts(this);
    }
    return htmlLines;
  }

  /** The text of the plain parts, bounded; blank where there are none. */
  String plainText() {
    if (plainText == null) {
      plainText = text(true);
    }
    return plainText;
  }

  /** A field's decoded value: RFC 2047 words read. */
  public Optional<String> decoded(String name) {
    return Optional.ofNullable(MessageDigester.header(headers(), name));
  }

  /** The digests, the same that the submission server makes. */
  public MessageDigests digests() {
    MessageDigests made = digests;
    if (made != null) {
      return made;
    }
    try {
      made = MessageDigester.digest(new ByteArrayInputStream(bytes));
      digests = made;
      return made;
    } catch (IOException e) {
      throw new IllegalStateException("it was opened, so it can be digested", e);
    }
  }

  /** True when the digests of the text and of the attachments cover all that a reader is shown. */
  public boolean isWholeInDigests() {
    return DigestCoverage.isWhole(this, parts, leaves, delimiters);
  }

  /** How long it was where a server on its way counted it. */
  public MessageSizes sizes() {
    MessageSizes made = sizes;
    if (made == null) {
      made = new MessageSizes(this, leaves, bodyOffset);
      sizes = made;
    }
    return made;
  }

  /** The whole message as it was opened; not to be changed. */
  public byte[] source() {
    return bytes;
  }

  /**
   * A message that has nothing but this body, as somebody pasted it.
   *
   * @throws UnreadableMessageException when it is out of bounds
   */
  public static OpenedMessage ofBody(byte[] body) throws UnreadableMessageException {
    return open(LooseBody.withHeader(body));
  }
}
