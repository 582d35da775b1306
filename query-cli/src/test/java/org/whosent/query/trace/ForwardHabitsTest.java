package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How people and programs hand on a message: each habit from the outside, to the account. */
class ForwardHabitsTest extends MadeUpMail {
  private static final String USER = "a@example.com";
  private static final String LONG =
      TEXT + "The offer ends on Friday, and whoever orders two of them gets the third one free.\n";
  private String mail;
  private String copy;

  @BeforeEach
  void submitted() throws IOException {
    String id = ids.next().toString();
    mail = mail(USER, "<1@x>", LONG);
    copy = hop("AAAA1111") + received(id, "198.51.100.7") + mail;
    submit(USER, id, "AAAA1111", mail, true);
    submit(
        "b@example.com",
        ids.next().toString(),
        "BBBB2222",
        mail("b@example.com", "<2@x>", OTHER + OTHER),
        true);
  }

  private static String complaint(String type, String body) {
    return "From: r@far.example\nTo: abuse@example.com\nSubject: Fwd: watches\n"
        + "Message-ID: <c@far>\nMIME-Version: 1.0\nContent-Type: "
        + type
        + "\n\n"
        + body;
  }

  private static String plain(String body) {
    return complaint("text/plain; charset=utf-8", "Stop this, please!\n\n" + body);
  }

  private static String html(String body) {
    return complaint(
        "text/html; charset=utf-8",
        "<html><body><p>Stop this, please!</p>" + body + "</body></html>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private void each(Map<String, String> forms, boolean identified) throws IOException {
    for (Map.Entry<String, String> form : forms.entrySet()) {
      check(form.getKey(), form.getValue().getBytes(StandardCharsets.UTF_8), identified);
      check(
          form.getKey() + ", CRLF",
          form.getValue().replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8),
          identified);
    }
  }

  private void check(String form, byte[] input, boolean identified) throws IOException {
    List<TraceResult> results =
        Corpus.tracer(records, keys).trace(new TraceInput.Content("test.eml", input));
    assertEquals(1, results.size(), form);
    TraceResult result = results.getFirst();
    String said = form + ": " + TraceText.render(result);
    if (identified) {
      assertEquals(Verdict.IDENTIFIED, result.verdict(), said);
      assertEquals(USER, result.user(), said);
    } else {
      assertEquals(Verdict.INCONCLUSIVE, result.verdict(), said);
      assertEquals(USER, result.candidates().getFirst().record().user(), said);
    }
  }

  /** Every line wrapped at that width, as programs without format=flowed do. */
  private static String wrapped(String text, int width, String mark) {
    StringBuilder out = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      String rest = line;
      while (rest.length() > width) {
        int at = rest.lastIndexOf(' ', width);
        if (at <= 0) {
          break;
        }
        out.append(mark).append(rest, 0, at).append('\n');
        rest = rest.substring(at + 1);
      }
      out.append(mark).append(rest).append('\n');
    }
    return out.toString();
  }

  @Test
  void withItsHeader() throws IOException {
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("pasted", plain(copy));
    forms.put("quoted", plain("> " + copy.replace("\n", "\n> ")));
    forms.put("quoted without blank", plain(">" + copy.replace("\n", "\n>")));
    forms.put("quoted twice", plain(">> " + copy.replace("\n", "\n>> ")));
    forms.put("quoted twice, spaced", plain("> > " + copy.replace("\n", "\n> > ")));
    forms.put("barred", plain("| " + copy.replace("\n", "\n| ")));
    forms.put("indented", plain("    " + copy.replace("\n", "\n    ")));
    forms.put("wrapped", plain(wrapped(copy, 50, "")));
    forms.put("wrapped and quoted", plain(wrapped(copy, 40, "> ")));
    forms.put(
        "quoted, then wrapped without marks",
        plain(wrapped("> " + copy.replace("\n", "\n> "), 60, "")));
    forms.put(
        "flowed",
        plain(copy.replace(" ", " \n").replace("\n ", "\n"))
            .replace("charset=utf-8", "charset=utf-8; format=flowed; delsp=no"));
    forms.put("unfolded", plain(copy.replace("\n\t", " ")));
    forms.put("lost its indents", plain(copy.replace("\n\t", "\n")));
    forms.put("tabs for blanks", plain(copy.replace(": ", ":\t")));
    forms.put(
        "an empty line after each",
        plain(
            copy.replace("\n\t", " ")
                    .substring(0, copy.replace("\n\t", " ").indexOf("\n\n"))
                    .replace("\n", "\n\n")
                + "\n\n"
                + LONG));
    forms.put("bold names", plain(copy.replaceAll("(?m)^([A-Z][A-Za-z-]+:)", "*$1*")));
    forms.put(
        "mailto behind each", plain(copy.replaceAll("<([^<>\\s]+@[^<>\\s]+)>", "<$1<mailto:$1>>")));
    forms.put("entities", plain(escaped(copy)));
    forms.put("line breaks lost", plain(copy.replaceAll("\\s+", " ") + "\n"));
    forms.put(
        "escaped breaks",
        plain("{\"raw\": \"" + copy.replace("\n", "\\n").replace("\t", "\\t") + "\"}\n"));
    forms.put("with a footer below", plain(copy + "\n-- \nSent from my telephone\n"));
    forms.put(
        "mutt",
        plain(
            "----- Forwarded message from A <a@example.com> -----\n\n"
                + copy
                + "\n----- End forwarded message -----\n"));
    forms.put("HTML pre", html("<pre>" + escaped(copy) + "</pre>"));
    forms.put(
        "HTML pre in a quote",
        html("<blockquote type=cite><pre wrap>" + escaped(copy) + "</pre></blockquote>"));
    forms.put("HTML breaks", html("<div>" + escaped(copy).replace("\n", "<br>\n") + "</div>"));
    forms.put(
        "HTML paragraphs",
        html(escaped(copy).replaceAll("(?m)^(.*)$", "<p class=MsoNormal>$1<o:p></o:p></p>")));
    forms.put(
        "HTML no-break spaces",
        html("<p>" + escaped(copy).replace(" ", "&nbsp;").replace("\n", "<br>") + "</p>"));
    forms.put(
        "HTML table",
        html(
            "<table>"
                + escaped(copy.substring(0, copy.indexOf("\n\n")))
                    .replace("\n\t", " ")
                    .replaceAll(
                        "(?m)^([A-Za-z-]+:) (.*)$", "<tr><th align=right>$1 </th><td>$2</td></tr>")
                + "</table><br><br>"
                + LONG));
    forms.put(
        "plain part that says nothing",
        complaint(
            "multipart/alternative; boundary=b",
            "--b\nContent-Type: text/plain\n\nSee below.\n--b\nContent-Type: text/html\n\n<pre>"
                + escaped(copy)
                + "</pre>\n--b--\n"));
    forms.put(
        "header of parts, text as shown",
        plain(
            copy.replace(
                "\n\n" + LONG,
                "\nContent-Type: multipart/alternative; boundary=\"q\"\n\n" + LONG)));
    forms.put(
        "header of another charset",
        plain(
            copy.replace(
                "\n\n" + LONG,
                "\nContent-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n"
                    + LONG)));
    forms.put(
        "labels, then the header",
        plain(
            "From: a@example.com\nSent: Monday\nTo: r@far.example\nSubject: watches\n\n"
                + LONG
                + "\nFull headers:\n\n"
                + copy.substring(0, copy.indexOf("\n\n"))
                + "\n"));
    forms.put(
        "SpamCop",
        complaint(
            "text/plain",
            "[ SpamCop V5.5.0 ]\n"
                + "This message is brief for your comfort.\n\n"
                + "Email from 192.0.2.1 / today\n\n"
                + "[ Offending message ]\n"
                + copy));
    each(forms, true);
  }

  private static byte[] zip(String name, String content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static String attached(String header, String content) {
    return complaint(
        "multipart/mixed; boundary=b",
        "--b\nContent-Type: text/plain\n\nSpam.\n--b\n" + header + "\n\n" + content + "\n--b--\n");
  }

  private static String base64(byte[] content) {
    return Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(content);
  }

  private static String base64(String content) {
    return base64(content.getBytes(StandardCharsets.UTF_8));
  }

  private static String quoted(String content) {
    return content
        .replace("=", "=3D")
        .replace("a", "=61")
        .replace("watches today", "watch=\nes today");
  }

  @Test
  void attached() throws IOException {
    String header = copy.substring(0, copy.indexOf("\n\n") + 1);
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("rfc822", attached("Content-Type: message/rfc822", copy));
    forms.put(
        "rfc822 base64",
        attached("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64", base64(copy)));
    forms.put(
        "rfc822 quoted-printable",
        attached(
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable",
            quoted(copy)));
    forms.put("headers", attached("Content-Type: text/rfc822-headers", header));
    forms.put("headers, misspelt", attached("Content-Type: text/rfc822-header", header));
    forms.put(
        "octet-stream",
        attached(
            "Content-Type: application/octet-stream; name=mail.eml\n"
                + "Content-Transfer-Encoding: base64",
            base64(copy)));
    forms.put(
        "octet-stream without name",
        attached(
            "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64",
            base64(copy)));
    forms.put(
        "text file",
        attached(
            "Content-Type: text/plain; name=headers.txt\n"
                + "Content-Disposition: attachment; filename=headers.txt",
            copy));
    forms.put(
        "text file in UTF-16",
        attached(
            "Content-Type: text/plain; name=headers.txt\nContent-Transfer-Encoding: base64",
            base64(("\ufeff" + copy.replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_16LE))));
    forms.put(
        "zip",
        attached(
            "Content-Type: application/zip; name=mail.zip\nContent-Transfer-Encoding: base64",
            base64(zip("x/mail.eml", copy))));
    forms.put(
        "zip as octet-stream",
        attached(
            "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64",
            base64(zip("mail", copy))));
    forms.put(
        "whole of base64",
        complaint("message/rfc822\nContent-Transfer-Encoding: base64", base64(copy)));
    forms.put(
        "in a signed mail",
        complaint(
            "multipart/signed; boundary=s",
            "--s\n"
                + "Content-Type: multipart/mixed; boundary=b\n\n"
                + "--b\n\n"
                + "Spam.\n"
                + "--b\n"
                + "Content-Type: message/rfc822\n\n"
                + copy
                + "\n--b--\n--s\nContent-Type: application/pgp-signature\n\nxx\n--s--\n"));
    forms.put(
        "JMRP",
        "From: staff@hotmail.com\n"
            + "To: fbl@example.com\nCc: abuse@example.com\n"
            + "Subject: complaint about message from 192.0.2.1\n"
            + "Message-ID: <j@hotmail>\n"
            + "Content-Type: multipart/mixed; boundary=b\n\n"
            + "--b\n"
            + "Content-Type: message/rfc822\n"
            + "Content-Disposition: inline\n\n"
            + "X-HmXmrOriginalRecipient: r@far.example\n"
            + "X-Reporter-IP: \n"
            + copy
            + "\n--b--\n");
    each(forms, true);
    // Somebody sent it to somebody, who complains of that, or hands it in.
    String forward = attached("Content-Type: message/rfc822", copy);
    String inner = forward.replace("--b", "--i").replace("=b", "=i");
    Map<String, String> doubtful = new LinkedHashMap<>();
    doubtful.put("forward of a forward", attached("Content-Type: message/rfc822", inner));
    doubtful.put("not to the desk", forward.replace("abuse@", "x@"));
    doubtful.put("to the desk, he says", "Delivered-To: c@far.example\n" + forward);
    each(doubtful, false);
    String alias = "Delivered-To: c@example.com\n" + forward;
    each(Map.of("to the desk's mailbox", alias), true);
  }

  @Test
  void textFilesOfAllKinds() throws IOException {
    for (Charset charset :
        List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_8)) {
      check(charset + " with mark", ("\ufeff" + copy).getBytes(charset), true);
      check(charset + " without", copy.getBytes(charset), true);
      check(charset + " quoted", ("Hello, see this:\n\n" + copy).getBytes(charset), true);
    }
    check("CR only", copy.replace('\n', '\r').getBytes(StandardCharsets.UTF_8), true);
    check("zeros", copy.replace("example", "exam\0ple").getBytes(StandardCharsets.UTF_8), true);
    check(
        "zeros before colons",
        copy.replace("Message-ID: <1", "Message-ID: \0<\0001").getBytes(StandardCharsets.UTF_8),
        true);
    check("blank lines above", ("\n \n\r\n" + copy).getBytes(StandardCharsets.UTF_8), true);
    check(
        "saved page",
        ("<html><body><h1>Ticket 17</h1><pre>" + escaped(copy) + "</pre>")
            .getBytes(StandardCharsets.UTF_8),
        true);
  }

  @Test
  void redactedByTheReporter() throws IOException {
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("addresses", copy.replaceAll("[a-z]+@(?=far|example)", "x@redacted."));
    forms.put("IP addresses", copy.replaceAll("[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+", "x.x.x.x"));
    forms.put("Message-ID", copy.replace("<1@x>", "<redacted@example.com>"));
    forms.put("Message-ID starred", copy.replace("<1@x>", "<1234*****@example.com>"));
    forms.put("Message-ID of x", copy.replace("<1@x>", "<XXXXXXXXXXXX@XXXXXX.com>"));
    forms.put("recipient", copy.replace("r@far.example", "XXXX@XXXX"));
    each(forms, true);
  }

  private static final String WHEN = "Monday, November 23, 2026 12:00 PM";

  @Test
  void inlineWithoutItsHeader() throws IOException {
    String html = "<p>" + LONG.replace("\n", "<br>") + "</p>";
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put(
        "Gmail",
        plain(
            "---------- Forwarded message ---------\n"
                + "From: A <a@example.com>\n"
                + "Date: Mon, Nov 23, 2026 at 12:00 PM\n"
                + "Subject: watches\n"
                + "To: <r@far.example>\n\n\n"
                + LONG));
    forms.put(
        "Gmail HTML",
        html(
            "<div class=gmail_quote><div dir=ltr class=gmail_attr>---------- Forwarded message"
                + " ---------<br>From: <strong class=gmail_sendername>A</strong> <span>&lt;<a"
                + " href=\"mailto:a@example.com\">a@example.com</a>&gt;</span><br>Date: Mon, Nov"
                + " 23, 2026 at 12:00 PM<br>Subject: watches<br>To: "
                + " &lt;r@far.example&gt;<br></div><br><br>"
                + html
                + "</div>"));
    forms.put(
        "Outlook",
        plain(
            "________________________________\nFrom: A <a@example.com>\nSent: "
                + WHEN
                + "\nTo: r@far.example\nSubject: watches\n\n"
                + LONG));
    forms.put(
        "Outlook HTML",
        html(
            "<div style='border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> A"
                + " &lt;a@example.com&gt; <br><b>Sent:</b> "
                + WHEN
                + "<br><b>To:</b> r@far.example<br><b>Subject:</b>"
                + " watches<o:p></o:p></p></div><p>&nbsp;</p>"
                + html));
    forms.put(
        "Outlook 2003",
        plain(
            "-----Original Message-----\nFrom: A [mailto:a@example.com] \nSent: "
                + WHEN
                + "\n"
                + "To: 'r@far.example'\n"
                + "Cc: x@far.example;\n"
                + "\ty@far.example\n"
                + "Subject: watches\n"
                + "Importance: High\n\n"
                + LONG));
    forms.put(
        "Outlook for iOS",
        plain(
            "Get Outlook for iOS<https://aka.ms/o0ukef>\n"
                + "________________________________\n"
                + "From: A <a@example.com>\n"
                + "Sent: "
                + WHEN
                + "\nTo: r@far.example <r@far.example>\nSubject: watches\n\n"
                + LONG));
    forms.put(
        "Apple Mail",
        plain(
            "Begin forwarded message:\n\n"
                + "> From: A <a@example.com>\n"
                + "> Subject: watches\n"
                + "> Date: November 23, 2026 at 12:00:00 PM GMT\n"
                + "> To: r@far.example\n"
                + "> Reply-To: A <a@example.com>\n"
                + "> \n"
                + "> "
                + LONG.replace("\n", "\n> ")));
    forms.put(
        "Apple Mail HTML",
        html(
            "<div>Begin forwarded message:</div><br><blockquote type=cite><div><span><b>From:"
                + " </b></span><span>A &lt;a@example.com&gt;<br></span></div><div><span><b>Subject:"
                + " </b></span><span><b>watches</b><br></span></div><div><span><b>Date:"
                + " </b></span><span>November 23, 2026<br></span></div><div><b>To:"
                + " </b>r@far.example<br></div><br>"
                + html
                + "</blockquote>"));
    forms.put(
        "Thunderbird",
        plain(
            "-------- Forwarded Message --------\n"
                + "Subject: \twatches\n"
                + "Date: \tMon, 23 Nov 2026 12:00:00 +0000\n"
                + "From: \tA <a@example.com>\n"
                + "Reply-To: \ta@example.com\n"
                + "To: \tr@far.example\n\n\n\n"
                + LONG));
    forms.put(
        "Thunderbird HTML",
        html(
            "<div class=moz-forward-container>-------- Forwarded Message --------<table"
                + " class=moz-email-headers-table><tbody><tr><th align=RIGHT nowrap>Subject:"
                + " </th><td>watches</td></tr><tr><th>Date: </th><td>Mon, 23 Nov 2026 12:00:00"
                + " +0000</td></tr><tr><th>From: </th><td>A <a"
                + " href='mailto:a@example.com'>&lt;a@example.com&gt;</a></td></tr><tr><th>To:"
                + " </th><td>r@far.example</td></tr></tbody></table><br><br>"
                + html
                + "</div>"));
    forms.put(
        "mutt",
        plain(
            "----- Forwarded message from A <a@example.com> -----\n\n"
                + "Date: Mon, 23 Nov 2026 12:00:00 +0000\n"
                + "From: A <a@example.com>\n"
                + "To: r@far.example\n"
                + "Subject: watches\n"
                + "User-Agent: none\n\n"
                + LONG
                + "\n----- End forwarded message -----\n"));
    forms.put(
        "Yahoo",
        plain(
            "   ----- Forwarded Message ----- From: A <a@example.com>To: r\n"
                + "   ----- Forwarded Message -----\n"
                + " From: A <a@example.com>\n"
                + " To: \"r@far.example\" <r@far.example>\n"
                + " Sent: "
                + WHEN
                + "\n Subject: watches\n   \n"
                + LONG));
    forms.put(
        "Roundcube",
        plain(
            "-------- Original Message --------\n"
                + "Subject: watches\n"
                + "Date: 2026-11-23 12:00\n"
                + "From: A <a@example.com>\n"
                + "To: r@far.example\n\n"
                + LONG));
    forms.put(
        "Proton",
        plain(
            "------- Forwarded Message -------\n"
                + "From: A <a@example.com>\n"
                + "Date: On Monday, November 23rd, 2026 at 12:00\n"
                + "Subject: watches\n"
                + "To: r@far.example <r@far.example>\n\n\n"
                + "> "
                + LONG.replace("\n", "\n> ")));
    forms.put(
        "Samsung",
        plain(
            "-------- Original message --------From: A <a@example.com> Date: 11/23/26  12:00"
                + " (GMT+01:00)\n"
                + "From: A <a@example.com>\n"
                + "Date: 11/23/26  12:00 PM  (GMT+01:00)\n"
                + "To: r@far.example\n"
                + "Subject: watches\n\n"
                + LONG));
    forms.put(
        "Notes",
        plain(
            "-----Forwarded by R/FAR on 11/23/2026 12:00PM -----\n"
                + "To: r@far.example\n"
                + "From: A <a@example.com>\n"
                + "Date: 11/23/2026 12:00PM\n"
                + "Subject: watches\n\n"
                + LONG));
    forms.put(
        "Notes table",
        html(
            "<table><tr><td>From:</td><td>A"
                + " &lt;a@example.com&gt;</td></tr><tr><td>To:</td><td>r@far.example</td></tr><tr><td>Date:</td><td>11/23/2026</td></tr><tr><td>Subject:</td><td>watches</td></tr></table><hr>"
                + html));
    forms.put(
        "GMX",
        plain(
            "Gesendet: Montag, 23. November 2026 um 12:00 Uhr\n"
                + "Von: \"A\" <a@example.com>\n"
                + "An: r@far.example\n"
                + "Betreff: watches\n\n"
                + LONG));
    forms.put(
        "label and value on lines of their own",
        plain(
            "From:\n"
                + "\tA <a@example.com>\n"
                + "To:\n"
                + "\tr@far.example\n"
                + "Date:\n"
                + "\tMonday\n"
                + "Subject:\n"
                + "\twatches\n\n"
                + LONG));
    forms.put(
        "an empty line after each",
        plain(
            "From: A <a@example.com>\n\nSent: Monday\n\nTo: r@far.example\n\nSubject: watches\n\n"
                + LONG));
    forms.put(
        "Korean",
        plain(
            "보낸 사람: A <a@example.com>\n보낸 날짜: 2026년 11월 23일\n받는 사람: r@far.example\n제목: watches\n\n"
                + LONG));
    forms.put(
        "Greek",
        plain(
            "Από: A <a@example.com>\nΣτάλθηκε: Δευτέρα\nΠρος: r@far.example\nΘέμα: watches\n\n"
                + LONG));
    forms.put(
        "Hebrew",
        plain(
            "מאת: A <a@example.com>\nנשלח: יום שני\nאל: r@far.example\nנושא: watches\n\n" + LONG));
    forms.put(
        "Romanian",
        plain(
            "De la: A <a@example.com>\nTrimis: luni\nCătre: r@far.example\nSubiect: watches\n\n"
                + LONG));
    each(forms, false);
    for (String form : forms.values()) {
      String again = base64(form.substring(form.indexOf("\n\n") + 2));
      String kind = form.contains("text/html") ? "text/html" : "text/plain";
      check(
          "base64 of " + form,
          complaint(kind + "; charset=utf-8\nContent-Transfer-Encoding: base64", again)
              .getBytes(StandardCharsets.UTF_8),
          false);
    }
  }

  @Test
  void whatASpammerPutsIntoHisTextIsNotTheMessage() throws IOException {
    // He writes the victim's header into his mail; whoever gets it forwards it without headers.
    String spam =
        "From: Mallory <m@example.com>\nSent: Monday\nTo: r@far.example\nSubject: pills\n\n"
            + OTHER
            + "\n";
    for (String form :
        List.of(plain(spam + copy), html("<pre>" + escaped(spam + copy) + "</pre>"))) {
      TraceResult result = trace(form);
      assertNotEquals(USER, result.user(), TraceText.render(result));
      assertEquals(null, result.user());
    }
    // Also where he leaves out, or empties, what would not agree with the labels.
    for (String less :
        List.of(
            copy.replaceAll("(?m)^(?:From|Subject):.*\n", ""),
            copy.replaceAll("(?m)^From:.*\n", "").replace("watches\n", "pills\n"),
            copy.replaceAll("(?m)^(From|Subject):.*\n", "$1:\n"),
            copy.replaceFirst("(?m)^From:.*\n", "From: Mallory <m@example.com>\nSubject: <>\n"))) {
      TraceResult result = trace(plain(spam + less));
      assertEquals(null, result.user(), TraceText.render(result));
    }
    // Nor where he calls himself by the address of his victim.
    for (String name : List.of(USER, "\"" + USER + "\"", "A " + USER, "<" + USER + ">")) {
      String taken =
          spam.replace("Mallory <m", name + " <m").replace("Subject: pills", "Subject: watches");
      TraceResult result = trace(plain(taken + copy));
      assertEquals(null, result.user(), TraceText.render(result));
      String named = copy.replaceFirst("(?m)^From: .*", "From: \"m@example.com\" <" + USER + ">");
      assertEquals(null, trace(plain(taken + named)).user());
    }
    // Nor where his mail has no subject, and the program leaves the label out.
    String bald = "Date: Monday\nFrom: Mallory <m@example.com>\nTo: r@far.example\n\nHello!\n";
    String made = "From: " + USER + "\nDate: Monday\nTo: r@far.example\nSubject: watches\n\n";
    for (String above : List.of(bald, bald + made, bald.replace("Mallory <m@example.com>", "M"))) {
      TraceResult result = trace(plain(above + copy));
      assertEquals(null, result.user(), TraceText.render(result));
    }
    assertEquals(USER, trace(plain(bald.replace("m@example.com", USER) + copy)).user());
    // A message without a subject has none in either.
    String labels = spam.substring(0, spam.indexOf("Subject")) + "Subject:\n\n";
    String bare = copy.replaceAll("(?m)^Subject:.*\n", "");
    assertEquals(null, trace(plain(labels + bare)).user());
    assertEquals(null, trace(plain(labels + copy)).user());
    String own = labels.replace("Mallory <m@example.com>", USER);
    assertEquals(USER, trace(plain(own + bare)).user());
    assertEquals(null, trace(plain(own + copy)).user());
    // Nor what stands below another header.
    String header =
        "Received: from evil.example by mx.far.example with SMTP id Z9; Mon, 23 Nov 2026 12:00:00"
            + " +0000\n"
            + "From: m@else.example\n"
            + "Subject: pills\n"
            + "Message-ID: <m@else>\n\n"
            + OTHER
            + "\n";
    assertEquals(null, trace(plain(header + copy)).user());
    assertEquals(null, trace(plain("> " + (header + copy).replace("\n", "\n> "))).user());
  }
}
