package org.whosent.query.doctor;

import java.util.Map;
import javax.net.ssl.SSLSession;
import org.whosent.msa.client.SmtpReply;
import org.whosent.msa.client.SubmissionClient.Door;

/**
 * What one look at a port showed. Immutable.
 *
 * @param door where
 * @param trouble why there was no greeting that lets us in, or null when there was one
 * @param refusedConnection true when nobody listens there, as opposed to no answer at all
 * @param greeting what it said first; null when nothing
 * @param clear the extensions before TLS; null with TLS from the first octet
 * @param tls the session; null when there is none
 * @param tlsTrouble why there is none
 * @param protectedExtensions the extensions under TLS; null without
 * @param certificateTrouble why the certificate does not hold; null when it does, or without TLS
 */
record DoorReport(
    Door door,
    String trouble,
    boolean refusedConnection,
    SmtpReply greeting,
    Map<String, String> clear,
    SSLSession tls,
    String tlsTrouble,
    Map<String, String> protectedExtensions,
    String certificateTrouble) {

  boolean greeted() {
    return trouble == null;
  }

  boolean offersStartTls() {
    return clear != null && clear.containsKey("STARTTLS");
  }

  String port() {
    return "port " + door.port();
  }
}
