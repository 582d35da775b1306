package org.whosent.record.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.whosent.record.outlook.OutlookFiles;
import org.whosent.record.outlook.OutlookItem;

/**
 * The messages that a message has attached, in its order: as {@code message/rfc822} or one of its
 * kin, as a header block, or as a file of any type whose content is a message ({@code .eml}, {@code
 * .txt}, Outlook's {@code .msg}, in an archive or a {@code winmail.dat}). Names and types of files
 * are not believed; what counts is the content. Not thread-safe; one for each message.
 *
 * <p>Bounds: {@link Report#MOST} messages, {@link AttachedArchive#MAX_UNPACKED} bytes out of
 * archives. A part that is broken or too large is passed over: a report's fields still speak.
 */
final class Originals {
  private static final int MAX_TEXTS = 20;

  private final List<ReportedMessage> found = new ArrayList<>();
  private final int[] room = {AttachedArchive.MAX_UNPACKED};
  private int signatures;

  /** Those that are parts of the message itself. */
  private final List<AttachedArchive> archives = new ArrayList<>();

  /** Whether the present part is a file that somebody attached. */
  private boolean mayQuote;

  /** Attached, and no messages. */
  private final List<String> texts = new ArrayList<>();

  /** Attached in the form of a message, without an identifier: a page that a browser saved. */
  private final List<OpenedMessage> pages = new ArrayList<>();

  private boolean moreTexts;

  /** Looks through all parts. */
  static Originals of(OpenedMessage message) {
    Originals originals = new Originals();
    for (int i = 0; i < message.leaves(); i++) {
      originals.part(message, i);
    }
    for (OpenedMessage attached : message.attachedRenderings()) {
      keep(originals.found, ReportedMessage.of(attached));
    }
    message.archives = List.copyOf(originals.archives);
    return originals;
  }

  /** All of them. */
  List<ReportedMessage> found() {
    return found;
  }

  /**
   * The messages that attached texts quote: a header with a line above it, a page that was saved, a
   * table's cell, a report of no form that is known.
   */
  List<ReportedMessage> quoted(Allowance allowance) {
    List<ReportedMessage> quoted = new ArrayList<>();
    for (String text : texts) {
      if (!allowance.isSpent()) {
        allowance.search(text);
        quoted.addAll(Carriers.quotedInText(text));
      }
    }
    for (OpenedMessage page : pages) {
      if (!allowance.isSpent()) {
        allowance.searchPage(page);
        quoted.addAll(Carriers.inText(page));
      }
    }
    moreTexts |= allowance.isSpent();
    return quoted;
  }

  /** True when there are more texts than are searched. */
  boolean hasMoreTexts() {
    return moreTexts;
  }

  /** What was taken out of archives. */
  int unpacked() {
    return AttachedArchive.MAX_UNPACKED - room[0];
  }

  private void part(OpenedMessage message, int leaf) {
    Part part = message.leaf(leaf);
    String type = part.type();
    mayQuote = part.depth() > 0 && !part.isMultipart();
    if (part.depth() == 0 && !type.startsWith("message/")) {
      loose(message, leaf, part);
      return;
    }
    switch (type) {
      case "message/rfc822", "message/global", "message/news", "text/rfc822" ->
          add(found, message.content(leaf, OpenedMessage.MAX_BYTES), false);
      case "text/rfc822-headers",
          "text/rfc822-header",
          "message/rfc822-headers",
          "message/rfc822-header",
          "message/global-headers" ->
          add(found, message.content(leaf, OpenedMessage.MAX_BYTES), true);
      default -> loose(message, leaf, part);
    }
  }

  private void loose(OpenedMessage message, int leaf, Part part) {
    boolean shown = (part.is("text/plain") || part.is("text/html")) && !part.attachment();
    if (shown || part.type().startsWith("message/")) {
      return;
    }
    byte[] head = message.content(leaf, AttachedArchive.HEAD);
    if (AttachedArchive.isOne(head)) {
      byte[] archive = message.content(leaf, OpenedMessage.MAX_BYTES);
      AttachedArchive read = AttachedArchive.read(archive, room, this::file);
      if (!part.type().startsWith("text/")) {
        archives.add(read);
      }
    } else if (OutlookFiles.isOne(head) || !part.type().startsWith("image/")) {
      loose(message.content(leaf, OpenedMessage.MAX_BYTES));
    }
  }

  private void loose(byte[] content) {
    if (AttachedArchive.isOne(content)) {
      Unpacker.read(content, room, this::file);
    } else if (SignedContent.isOne(content)) {
      signed(content);
    } else if (OutlookFiles.isTnef(content)) {
      packedByOutlook(content);
    } else {
      file(content);
    }
  }

  /** A part, or an attached file, that has its content within its signature. */
  private void signed(byte[] content) {
    Optional<byte[]> entity = CmsContent.of(content);
    if (entity.isEmpty() || ++signatures > SignedContent.MAX_DEPTH) {
      return;
    }
    try {
      OpenedMessage opened = OpenedMessage.open(entity.get());
      for (int i = 0; i < opened.leaves(); i++) {
        part(opened, i);
      }
    } catch (UnreadableMessageException e) {
      // Signed, and nothing in it.
    }
  }

  /** What stands for the attachments of a mail from Outlook; its text the mail has too. */
  private void packedByOutlook(byte[] content) {
    try {
      for (OutlookItem.Attachment attachment : OutlookMail.read(content).attachments()) {
        if (attachment.item() != null) {
          keep(found, ReportedMessage.of(OutlookMail.rendering(attachment.item())));
        } else if (AttachedArchive.isOne(attachment.content())) {
          Unpacker.read(attachment.content(), room, this::file);
        } else {
          file(attachment.content());
        }
      }
    } catch (UnreadableMessageException e) {
      // What could not be opened is named by whoever asks for it.
    }
  }

  /** A file, if it is a message with an identifier in its header, or Outlook's. */
  private void file(byte[] content) {
    try {
      if (OutlookFiles.isOne(content)) {
        keep(found, ReportedMessage.of(OutlookMail.open(content)));
        return;
      }
      OpenedMessage opened = OpenedMessage.open(InputText.plain(content));
      Headers headers = opened.headers();
      boolean leads = headers.has("Received") || headers.has("Message-ID");
      if (leads && headers.fields().size() > 1 && Carriers.isMail(headers)) {
        keep(found, ReportedMessage.of(opened));
      } else if (mayQuote) {
        mayQuote(opened);
      }
    } catch (UnreadableMessageException e) {
      // No message, then.
    }
  }

  /** What is no message may have one in its text. */
  private void mayQuote(OpenedMessage file) {
    boolean page = file.headers().has("MIME-Version");
    String text = page ? "" : Decoding.text(file.source(), "utf-8");
    if (!page && !isText(text)) {
      return;
    }
    if (texts.size() + pages.size() >= MAX_TEXTS) {
      moreTexts = true;
    } else if (page) {
      pages.add(file);
    } else {
      texts.add(text.substring(0, Math.min(text.length(), MessageText.MAX_TEXT)));
    }
  }

  /**
   * Adds a message or a header block, if it is one. One whose header is larger than what is read of
   * it may be one: who writes ten thousand fields of his own above those of mail is not cleared.
   */
  static void add(List<ReportedMessage> found, byte[] content, boolean headerOnly) {
    try {
      if (OutlookFiles.isOne(content)) {
        keep(found, ReportedMessage.of(OutlookMail.open(content)));
        return;
      }
      OpenedMessage opened = OpenedMessage.open(InputText.plain(content));
      if (Carriers.isMail(opened.headers()) || opened.isHeaderCut()) {
        keep(
            found,
            headerOnly
                ? new ReportedMessage(opened, ReportedMessage.Extent.HEADER)
                : ReportedMessage.of(opened));
      }
    } catch (UnreadableMessageException e) {
      // An empty or oversized part is as good as none.
    }
  }

  /** Not a picture or a document, nor one of Outlook's files that is damaged. */
  private static boolean isText(String content) {
    return content
        .chars()
        .limit(AttachedArchive.HEAD)
        .noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c));
  }

  private static void keep(List<ReportedMessage> found, ReportedMessage message) {
    if (found.size() < Report.MOST) {
      found.add(message);
    }
  }
}
