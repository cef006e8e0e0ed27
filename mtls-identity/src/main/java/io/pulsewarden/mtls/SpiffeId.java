package io.pulsewarden.mtls;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * A service's SPIFFE id, {@code spiffe://<trust domain>/service/<name>} (SPIFFE-ID, section 2).
 *
 * @param trustDomain lower-case letters, digits, dots, hyphens
 * @param service the service's name as in its certificate's CN
 */
public record SpiffeId(String trustDomain, String service) {

  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9.-]{1,255}");
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");
  private static final String PATH = "/service/";

  public SpiffeId {
    if (!DOMAIN.matcher(trustDomain).matches()) {
      throw new IllegalArgumentException("not a SPIFFE trust domain");
    }
    if (!NAME.matcher(service).matches()) {
      throw new IllegalArgumentException("not a service name");
    }
  }

  /**
   * Reads an id strictly: no port, no user, no query, no other path.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static SpiffeId parse(String text) {
    URI uri = URI.create(text);
    String path = uri.getRawPath();
    if (!"spiffe".equals(uri.getScheme()) || path == null || !path.startsWith(PATH)) {
      throw new IllegalArgumentException("not a service's SPIFFE id");
    }
    SpiffeId id =
        new SpiffeId(String.valueOf(uri.getRawAuthority()), path.substring(PATH.length()));
    if (!id.toString().equals(text)) {
      throw new IllegalArgumentException("not a service's SPIFFE id in its canonical form");
    }
    return id;
  }

  @Override
  public String toString() {
    return "spiffe://" + trustDomain + PATH + service;
  }
}
