/**
 * Opens, decodes and digests messages, for the submission server at submission and for the tracer
 * on a complaint: both must come to the same digests, so both come here.
 *
 * <p>The structure (header, body, parts) is read by {@link
 * org.whosent.record.message.OpenedMessage} and {@link org.whosent.record.message.MessageDigester}
 * with one bounded, streaming reader of our own: a message of any size is digested in the same
 * small memory, and both see the same parts whatever the line endings. Jakarta Mail decodes:
 * transfer encodings, RFC 2047 words, RFC 2231 parameters, charset names. jsoup gives the visible
 * text of HTML. Outlook's files are read by {@link org.whosent.record.outlook} and become messages
 * here. No type of theirs is in the public signatures, and no other package imports them.
 *
 * <p>All input is hostile. Bounds: {@link org.whosent.record.message.OpenedMessage#MAX_BYTES} a
 * message, {@link org.whosent.record.message.MimeReader#MAX_HEADER_BYTES} and {@link
 * org.whosent.record.message.MimeReader#MAX_FIELDS} a header (of a larger one the upper fields are
 * read); {@link org.whosent.record.message.MimeReader#MAX_DEPTH} and {@link
 * org.whosent.record.message.MimeReader#MAX_PARTS} parts (what lies deeper is opaque content, alike
 * for everybody who reads it); {@link org.whosent.record.message.MessageText#MAX_TEXT} characters
 * of text digested.
 */
package org.whosent.record.message;
