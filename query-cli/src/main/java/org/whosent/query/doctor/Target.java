package org.whosent.query.doctor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.whosent.msa.client.ClientMechanism;
import org.whosent.msa.client.Credentials;
import org.whosent.msa.client.SubmissionClient.Door;
import org.whosent.msa.client.SubmissionService;

/**
 * What is examined, and what the operator told us of it. Immutable.
 *
 * @param host to connect to
 * @param doors the services that are looked at, with their ports
 * @param tlsName what certificates must name
 * @param verifying a context that verifies certificates
 * @param localDomain a domain of the site's, for local recipients
 * @param outside an address elsewhere that the server may look up; it gets no mail
 * @param ourName for EHLO
 * @param timeout for each step
 * @param credentials a test account, or null
 * @param mechanism to log in with, or null for the best
 * @param sender MAIL FROM of the probe; null without credentials
 * @param recipient of the probe; null without credentials
 * @param index traces the probe, or null when there is no index to ask
 */
public record Target(
    String host,
    List<Door> doors,
    String tlsName,
    SSLContext verifying,
    String localDomain,
    String outside,
    String ourName,
    Duration timeout,
    Credentials credentials,
    ClientMechanism mechanism,
    String sender,
    String recipient,
    ProbeTrace index) {
  public Target {
    doors = List.copyOf(doors);
  }

  Optional<Door> door(SubmissionService service) {
    return doors.stream().filter(d -> d.service() == service).findFirst();
  }

  /** The mailbox that every site has (RFC 5321 section 4.5.1). */
  String localRecipient() {
    return "postmaster@" + localDomain;
  }
}
