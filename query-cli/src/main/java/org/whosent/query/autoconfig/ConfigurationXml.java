package org.whosent.query.autoconfig;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.whosent.query.autoconfig.MailSettings.Protocol;
import org.whosent.query.autoconfig.MailSettings.Server;

/**
 * The files that mail programs fetch: Mozilla's client configuration 1.1 (Thunderbird, K-9 and many
 * others) and Microsoft's Autodiscover answer (POX schema 2006a). Passwords go under TLS only, so
 * the plain mechanisms are what is named. Stateless.
 */
public final class ConfigurationXml {
  private static final String AUTODISCOVER =
      "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
  private static final String OUTLOOK =
      "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

  private ConfigurationXml() {}

  /** For {@code https://autoconfig.DOMAIN/mail/config-v1.1.xml}. */
  public static String mozilla(MailSettings settings) {
    return document(
        xml -> {
          xml.open("clientConfig", "version", "1.1");
          xml.open("emailProvider", "id", settings.domain());
          xml.leaf("domain", settings.domain());
          xml.leaf("displayName", settings.name());
          for (Server server : present(settings.incoming())) {
            xml.open("incomingServer", "type", server.protocol().type());
            mozillaServer(xml, settings, server);
          }
          for (Server server : present(settings.submission())) {
            xml.open("outgoingServer", "type", "smtp");
            mozillaServer(xml, settings, server);
          }
          xml.close();
          xml.close();
        });
  }

  private static void mozillaServer(Writer xml, MailSettings settings, Server server)
      throws XMLStreamException {
    xml.leaf("hostname", server.host());
    xml.leaf("port", Integer.toString(server.port()));
    xml.leaf("socketType", server.protocol().implicitTls() ? "SSL" : "STARTTLS");
    xml.leaf("authentication", "password-cleartext");
    xml.leaf("username", settings.login().placeholder());
    xml.close();
  }

  /**
   * For the answer to a POST to {@code https://autodiscover.DOMAIN/autodiscover/autodiscover.xml}.
   */
  public static String microsoft(MailSettings settings) {
    return document(
        xml -> {
          xml.open("Autodiscover", "xmlns", AUTODISCOVER);
          xml.open("Response", "xmlns", OUTLOOK);
          xml.open("Account");
          xml.leaf("AccountType", "email");
          xml.leaf("Action", "settings");
          List<Server> servers = new ArrayList<>(present(settings.incoming()));
          // One SMTP entry is what Outlook reads: the first, which has TLS from the first octet.
          present(settings.submission()).stream().limit(1).forEach(servers::add);
          for (Server server : servers) {
            xml.open("Protocol");
            xml.leaf("Type", server.protocol().type().toUpperCase(java.util.Locale.ROOT));
            xml.leaf("Server", server.host());
            xml.leaf("Port", Integer.toString(server.port()));
            xml.leaf("DomainRequired", "off");
            xml.leaf("SPA", "off");
            xml.leaf("Encryption", server.protocol().implicitTls() ? "SSL" : "TLS");
            xml.leaf("AuthRequired", "on");
            if (server.protocol() == Protocol.SUBMISSION
                || server.protocol() == Protocol.SUBMISSIONS) {
              xml.leaf("UsePOPAuth", "on");
              xml.leaf("SMTPLast", "off");
            }
            xml.close();
          }
          xml.close();
          xml.close();
          xml.close();
        });
  }

  private static List<Server> present(List<Server> servers) {
    return servers.stream().filter(s -> s.port() != 0).toList();
  }

  private interface Content {
    void write(Writer xml) throws XMLStreamException;
  }

  private static String document(Content content) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      out.writeStartDocument("UTF-8", "1.0");
      content.write(new Writer(out));
      out.writeCharacters("\n");
      out.writeEndDocument();
      out.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("written into memory", e);
    }
    return text.toString();
  }

  /** Indents; escaping is the library's. Not thread-safe. */
  private static final class Writer {
    private final XMLStreamWriter out;
    private int depth;

    Writer(XMLStreamWriter out) {
      this.out = out;
    }

    void open(String name, String... attribute) throws XMLStreamException {
      line();
      out.writeStartElement(name);
      if (attribute.length == 2) {
        // xmlns is written like any other: the writer does not repair namespaces.
        out.writeAttribute(attribute[0], attribute[1]);
      }
      depth++;
    }

    void leaf(String name, String text) throws XMLStreamException {
      line();
      out.writeStartElement(name);
      out.writeCharacters(text);
      out.writeEndElement();
    }

    void close() throws XMLStreamException {
      depth--;
      line();
      out.writeEndElement();
    }

    private void line() throws XMLStreamException {
      out.writeCharacters("\n" + "  ".repeat(depth));
    }
  }
}
