package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.whosent.query.Program;

/** autoconfig: the real program; its XML is read with somebody else's parser. */
class AutoconfigCommandTest {
  private static Program.Result run(Object... more) throws Exception {
    List<Object> all = new ArrayList<>(List.of("autoconfig"));
    all.addAll(List.of(more));
    return Program.run(all.toArray());
  }

  private static Document xml(Program.Result result) throws Exception {
    assertEquals(0, result.status(), result.err());
    DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(result.out().getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> texts(Document document, String name) {
    NodeList nodes = document.getElementsByTagNameNS("*", name);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  @Test
  void recordsOfRfc6186And8314() throws Exception {
    Program.Result result = run("--domain", "Example.ORG.", "--host", "mail.example.org");
    assertEquals(0, result.status(), result.err());
    assertEquals(
        List.of(
            "_submissions._tcp.example.org. 3600 IN SRV 0 1 465 mail.example.org.",
            "_submission._tcp.example.org. 3600 IN SRV 10 1 587 mail.example.org."),
        result.lines().stream().filter(l -> !l.startsWith(";")).toList());
    result =
        run(
            "--domain",
            "bücher.example",
            "--host",
            "m.example",
            "--submission-port",
            0,
            "--imap",
            "i.example");
    assertEquals(
        List.of(
            "_submissions._tcp.xn--bcher-kva.example. 3600 IN SRV 0 1 465 m.example.",
            "_submission._tcp.xn--bcher-kva.example. 3600 IN SRV 0 0 0 .",
            "_imaps._tcp.xn--bcher-kva.example. 3600 IN SRV 0 1 993 i.example.",
            "_imap._tcp.xn--bcher-kva.example. 3600 IN SRV 0 0 0 .",
            "_pop3._tcp.xn--bcher-kva.example. 3600 IN SRV 0 0 0 ."),
        result.lines().stream().filter(l -> !l.startsWith(";")).toList());
  }

  @Test
  void mozillasFile() throws Exception {
    String name = "Müller & Söhne <i>\"</i>]]>";
    Document document =
        xml(
            run(
                "--domain",
                "example.org",
                "--host",
                "mail.example.org",
                "--imap",
                "imap.example.org",
                "--format",
                "mozilla",
                "--login",
                "localpart",
                "--name",
                name));
    assertEquals("clientConfig", document.getDocumentElement().getTagName());
    assertEquals("1.1", document.getDocumentElement().getAttribute("version"));
    assertEquals(List.of(name), texts(document, "displayName"));
    assertEquals(List.of("993", "465", "587"), texts(document, "port"));
    assertEquals(List.of("SSL", "SSL", "STARTTLS"), texts(document, "socketType"));
    assertEquals(
        List.of("imap.example.org", "mail.example.org", "mail.example.org"),
        texts(document, "hostname"));
    assertEquals("%EMAILLOCALPART%", texts(document, "username").getFirst());
    Program.Result bare =
        run("--domain", "example.org", "--host", "mail.example.org", "--format", "mozilla");
    assertEquals(0, bare.status());
    assertTrue(bare.err().contains("no incoming server"), bare.err());
  }

  @Test
  void microsoftsAnswer() throws Exception {
    Document document =
        xml(
            run(
                "--domain",
                "example.org",
                "--host",
                "mail.example.org",
                "--pop3",
                "pop.example.org",
                "--submissions-port",
                0,
                "--format",
                "microsoft"));
    assertEquals(
        "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a",
        document.getElementsByTagNameNS("*", "Protocol").item(0).getNamespaceURI());
    assertEquals(List.of("POP3", "SMTP"), texts(document, "Type"));
    assertEquals(List.of("995", "587"), texts(document, "Port"));
    assertEquals(List.of("SSL", "TLS"), texts(document, "Encryption"));
  }

  @Test
  void whatIsNoDomainIsRefused() throws Exception {
    for (List<String> bad :
        List.of(
            List.of("--domain", "example.org\n_evil", "--host", "a.example"),
            List.of("--domain", "example.org", "--host", "a b.example"),
            List.of("--domain", "example.org", "--host", "192.0.2.1"),
            List.of("--domain", "example", "--host", "a.example"),
            List.of("--domain", "example.org", "--host", "a.example", "--imap", "<x>"),
            List.of("--domain", "example.org", "--host", "a.example", "--name", "x\u0007y"),
            List.of("--domain", "example.org", "--host", "a.example", "--submission-port", "99999"),
            List.of(
                "--domain",
                "example.org",
                "--host",
                "a.example",
                "--submission-port",
                "0",
                "--submissions-port",
                "0"))) {
      Program.Result result = run(bad.toArray());
      assertEquals(2, result.status(), bad + result.out());
      assertEquals(1, result.err().lines().count(), result.err());
      assertEquals("", result.out());
    }
  }
}
