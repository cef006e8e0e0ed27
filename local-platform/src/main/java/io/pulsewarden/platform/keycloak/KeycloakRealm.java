package io.pulsewarden.platform.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.platform.client.HttpAnswer;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.Passwords;
import io.pulsewarden.platform.secret.Password;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;

/** Makes the realm through Keycloak's admin API if there is none. */
public final class KeycloakRealm {

  private static final int NOT_FOUND = 404;

  private final PlatformHttp http;
  private final KeycloakSettings settings;

  public KeycloakRealm(PlatformHttp http, KeycloakSettings settings) {
    this.http = http;
    this.settings = settings;
  }

  /**
   * One request makes realm, roles, client and users in one transaction of Keycloak's, so there is
   * all of it or nothing.
   */
  public void createIfMissing(Passwords passwords) throws IOException, InterruptedException {
    HttpRequest.Builder lookup = PlatformHttp.request(settings.url() + "/realms/pulsewarden");
    HttpAnswer present = http.send(lookup.build());
    if (present.isSuccess()) {
      return;
    }
    if (present.status() != NOT_FOUND) {
      throw new IOException("Keycloak answered " + present.status() + " when asked for its realm");
    }
    http.sendForJson(
        PlatformHttp.jsonRequest(settings.url() + "/admin/realms")
            .header("Authorization", "Bearer " + adminToken(settings.adminPassword()))
            .POST(BodyPublishers.ofString(PlatformHttp.write(RealmSettings.of(passwords))))
            .build());
  }

  private String adminToken(Password password) throws IOException, InterruptedException {
    String form =
        "grant_type=password&client_id=admin-cli&username=admin&password="
            + URLEncoder.encode(password.reveal(), StandardCharsets.UTF_8);
    JsonNode token =
        http.sendForJson(
            PlatformHttp.request(settings.url() + "/realms/master/protocol/openid-connect/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build());
    return token.path("access_token").asText();
  }
}
