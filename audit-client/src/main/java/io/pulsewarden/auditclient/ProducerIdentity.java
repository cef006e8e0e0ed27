package io.pulsewarden.auditclient;

import java.util.regex.Pattern;

/**
 * Who writes a chain: the service's name, as in its certificate, and the key that signs its heads.
 *
 * @param service lower-case letters, digits and hyphens, as in the service's SPIFFE id
 * @param heads signs with the key of the service's certificate
 */
public record ProducerIdentity(String service, HeadSigner heads) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");

  public ProducerIdentity {
    if (!NAME.matcher(service).matches()) {
      throw new IllegalArgumentException("not a service name");
    }
  }
}
