package org.whosent.record.message;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;

/**
 * Digests a message in one pass and bounded memory (about 3 MB at the most, for a message of any
 * size). The submission server and the tracer both use this, so that they agree. Stateless,
 * thread-safe.
 *
 * <p>Never fails on malformed content; of a header out of bounds the upper fields are read.
 */
public final class MessageDigester {
  /** Header texts longer than this are cut in records. */
  private static final int MAX_HEADER_TEXT = 2000;

  private MessageDigester() {}

  /**
   * Reads the message to its end; does not close the stream.
   *
   * @throws IOException when the stream fails
   */
  public static MessageDigests digest(InputStream message) throws IOException {
    Collector collector = new Collector();
    new MimeReader(message, collector).read();
    return collector.result();
  }

  /** The uppermost field of that name as records keep it: decoded, cut. */
  static String header(Headers headers, String name) {
    String value = headers.first(name).orElse(null);
    if (value == null || value.isEmpty()) {
      return null;
    }
    String text = Decoding.words(value).strip();
    int end = Math.min(text.length(), MAX_HEADER_TEXT);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  private static final class Collector implements MimeReader.Visitor {
    private Headers headers = Headers.NONE;
    private final BodyDigest body = new BodyDigest();
    private final MessageText text = new MessageText();
    private final AttachmentDigests attachments = new AttachmentDigests();

    @Override
    public void part(Part part, long contentOffset) {
      if (part.depth() == 0) {
        headers = part.headers();
      }
    }

    @Override
    public void body(byte[] buffer, int from, int to) {
      body.update(buffer, from, to);
    }

    @Override
    public void content(Part part, byte[] buffer, int from, int to) {
      text.content(part, buffer, from, to);
      attachments.content(part, buffer, from, to);
    }

    @Override
    public void end(Part part, long offset) {
      text.end(part);
      attachments.end(part);
    }

    MessageDigests result() {
      String folded = MessageText.fold(text.text());
      return new MessageDigests(
          headers
              .first("Message-ID")
              .filter(id -> !id.isEmpty() && id.length() <= SubmissionRecord.LONGEST_MESSAGE_ID)
              .orElse(null),
          header(headers, "From"),
          header(headers, "Subject"),
          headers.first("Date").flatMap(MailDate::parse).orElse(null),
          body.finish(),
          folded.isEmpty() ? null : hash(folded),
          Sketch.of(folded).orElse(null),
          attachments.digests(),
          folded.length());
    }

    private static String hash(String folded) {
      try {
        byte[] digest =
            MessageDigest.getInstance("SHA-256").digest(folded.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, 16);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }
}
