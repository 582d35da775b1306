/**
 * Reads what Outlook saves and sends in place of mail: {@code .msg} (MS-OXMSG, in a compound file
 * of MS-CFB) and {@code winmail.dat} (MS-OXTNEF). Apache POI reads the two containers; this package
 * interprets their properties (MS-OXPROPS). No type of POI's is in the public signatures, and
 * nothing of it is loaded before {@link org.whosent.record.outlook.OutlookFiles#isOne} has seen
 * such a file.
 *
 * <p>All input is hostile. Bounds: {@link org.whosent.record.outlook.OutlookFiles#MAX_BYTES} taken
 * out of one file, {@link org.whosent.record.outlook.OutlookFiles#MAX_ATTACHMENTS} attachments of a
 * message, {@link org.whosent.record.outlook.OutlookFiles#MAX_DEPTH} messages one in another. POI
 * meets damage with exceptions of every kind; they all become one {@link java.io.IOException}.
 */
package org.whosent.record.outlook;
