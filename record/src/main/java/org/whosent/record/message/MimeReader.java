package org.whosent.record.message;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a message once, from front to back, in fixed memory, and tells a {@link Visitor} what it
 * meets. Lines end in LF or CRLF. Never fails on content: what is malformed is read as the plain
 * content of the part it stands in.
 *
 * <p>Of a header out of bounds the upper fields are kept, those that servers write, and the others
 * passed over: {@link #isHeaderCut}. Refused, such a message would never be traced, and its sender
 * decides how many fields it has. Parts deeper than {@link #MAX_DEPTH} or beyond {@link #MAX_PARTS}
 * are content of the part above them: {@link #hasUnopenedParts}. A {@code message/rfc822} part is
 * content too; who wants what is in it opens it anew. Not thread-safe.
 */
final class MimeReader {
  /** The longest header of a message or part. */
  static final int MAX_HEADER_BYTES = 1 << 20;

  /** The most fields of one header. */
  static final int MAX_FIELDS = 10_000;

  /** How deep multiparts are opened. */
  static final int MAX_DEPTH = 16;

  /** How many parts are opened. */
  static final int MAX_PARTS = 500;

  /** The longest boundary: RFC 2046 section 5.1.1 allows 70. */
  private static final int MAX_BOUNDARY = 200;

  /** A longer line comes in pieces. */
  private static final int PIECE = 16 << 10;

  /** What is told, in the order of the message. */
  interface Visitor {
    /** The header of the message (depth 0) or of a part; its content follows. */
    void part(Part part, long contentOffset);

    /** A piece of the body of the message, line breaks and all, whatever part it is in. */
    default void body(byte[] buffer, int from, int to) {}

    /** A piece of the content of the part that was told of last. */
    default void content(Part part, byte[] buffer, int from, int to) {}

    /** The end of the content of a part that is no multipart. */
    default void end(Part part, long offset) {}

    /** A line that begins the next part, or ends the last one. */
    default void delimiter() {}
  }

  private record Open(byte[] boundary, Part part) {}

  private final InputStream in;
  private final Visitor visitor;
  private final byte[] buffer = new byte[PIECE];
  private int start;
  private int filled;
  private long offset; // of buffer[start] in the message

  private final List<Open> open = new ArrayList<>();
  private HeaderBlock header = new HeaderBlock(MAX_HEADER_BYTES, MAX_FIELDS);
  private Part leaf;
  private int parts;
  private boolean headerCut;
  private boolean unopenedParts;

  MimeReader(InputStream in, Visitor visitor) {
    this.in = in;
    this.visitor = visitor;
  }

  /**
   * Reads to the end.
   *
   * @throws IOException when the stream fails
   */
  void read() throws IOException {
    boolean lineStart = true;
    boolean inBody = false;
    int end;
    while ((end = piece()) > start) {
      boolean lineEnd = buffer[end - 1] == '\n';
      boolean ofBody = inBody;
      if (header != null) {
        inBody = header(lineStart, end, inBody);
      } else {
        content(lineStart, end);
      }
      if (ofBody || bodyBegins) {
        visitor.body(buffer, start, end);
      }
      bodyBegins = false;
      lineStart = lineEnd;
      offset += end - start;
      start = end;
    }
    if (header != null) {
      headerEnds(offset);
    }
    if (leaf != null) {
      visitor.end(leaf, offset);
    }
  }

  /** Set when the line that ended the message's header is the body's first line itself. */
  private boolean bodyBegins;

  private boolean header(boolean lineStart, int end, boolean inBody) {
    if (!lineStart) {
      header.more(buffer, start, end);
      return inBody;
    }
    if (inBody && boundary(end)) {
      return true;
    }
    HeaderBlock.Line line = header.line(buffer, start, end);
    if (line == HeaderBlock.Line.TAKEN) {
      return inBody;
    }
    boolean separator = line == HeaderBlock.Line.SEPARATOR;
    headerEnds(separator ? offset + (end - start) : offset);
    if (!separator) {
      bodyBegins = !inBody;
      content(true, end);
    }
    return true;
  }

  private void headerEnds(long contentOffset) {
    Headers headers = header.headers();
    headerCut |= parts == 0 && header.over();
    header = null;
    parts++;
    String parent = open.isEmpty() ? "" : open.getLast().part.type();
    Part part =
        Decoding.part(
            headers,
            open.size(),
            parent.equals("multipart/digest") ? "message/rfc822" : "text/plain");
    visitor.part(part, contentOffset);
    String boundary = part.parameters().get("boundary");
    boolean divided = part.isMultipart() && boundary != null && !boundary.isBlank();
    if (divided && boundary.length() <= MAX_BOUNDARY && open.size() < MAX_DEPTH) {
      open.add(new Open(boundary.strip().getBytes(StandardCharsets.UTF_8), part));
      leaf = null;
    } else {
      unopenedParts |= divided;
      leaf = part;
    }
  }

  /** True when the message's own header is out of bounds: of it the upper fields were read. */
  boolean isHeaderCut() {
    return headerCut;
  }

  /** True when there are more parts, or deeper ones, than were opened. */
  boolean hasUnopenedParts() {
    return unopenedParts;
  }

  private void content(boolean lineStart, int end) {
    if (lineStart && boundary(end)) {
      return;
    }
    if (leaf != null) {
      visitor.content(leaf, buffer, start, end);
    }
  }

  /** RFC 2046 section 5.1.2: a boundary of an outer multipart ends all inner ones. */
  private boolean boundary(int end) {
    if (open.isEmpty() || end - start < 3 || buffer[start] != '-' || buffer[start + 1] != '-') {
      return false;
    }
    if (end - start >= PIECE - 1 && buffer[end - 1] != '\n') {
      return false; // the line goes on, and what follows may be no padding
    }
    int last = end;
    while (last > start && isPadding(buffer[last - 1])) {
      last--;
    }
    for (int i = open.size() - 1; i >= 0; i--) {
      byte[] boundary = open.get(i).boundary;
      int after = start + 2 + boundary.length;
      if (after > last || !matches(boundary, start + 2)) {
        continue;
      }
      boolean closing = last - after == 2 && buffer[after] == '-' && buffer[after + 1] == '-';
      if (last != after && !closing) {
        continue;
      }
      if (!closing && parts >= MAX_PARTS) {
        unopenedParts = true;
        return false;
      }
      if (header != null) {
        // A part that ends within its header.
        header = null;
      }
      if (leaf != null) {
        visitor.end(leaf, offset);
        leaf = null;
      }
      while (open.size() > (closing ? i : i + 1)) {
        open.removeLast();
      }
      visitor.delimiter();
      if (!closing) {
        header = new HeaderBlock(MAX_HEADER_BYTES / 4, MAX_FIELDS / 10);
      }
      return true;
    }
    return false;
  }

  /** RFC 2046 section 5.1.1, and the line's end. */
  private static boolean isPadding(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  private boolean matches(byte[] boundary, int at) {
    for (int i = 0; i < boundary.length; i++) {
      if (buffer[at + i] != boundary[i]) {
        return false;
      }
    }
    return true;
  }

  /** The end of the next line in the buffer, or of a piece of it; {@code start} at the end. */
  private int piece() throws IOException {
    int scan = start;
    while (true) {
      for (; scan < filled; scan++) {
        if (buffer[scan] == '\n') {
          return scan + 1;
        }
      }
      if (start > 0) {
        System.arraycopy(buffer, start, buffer, 0, filled - start);
        filled -= start;
        scan -= start;
        start = 0;
      }
      if (filled == buffer.length) {
        // Never cut between CR and LF: they are one line ending.
        return buffer[filled - 1] == '\r' ? filled - 1 : filled;
      }
      int count = in.read(buffer, filled, buffer.length - filled);
      if (count < 0) {
        return filled;
      }
      filled += count;
    }
  }
}
