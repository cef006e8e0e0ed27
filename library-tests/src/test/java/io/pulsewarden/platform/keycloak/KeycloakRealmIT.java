package io.pulsewarden.platform.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.client.HttpAnswer;
import io.pulsewarden.platform.client.OpenIdLogin;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.DemoUser;
import io.pulsewarden.platform.data.Passwords;
import io.pulsewarden.platform.postgres.PostgresServer;
import io.pulsewarden.platform.postgres.PostgresSettings;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import io.pulsewarden.platform.process.FreePorts;
import io.pulsewarden.platform.process.ProcessFiles;
import io.pulsewarden.platform.process.ServerProcess;
import io.pulsewarden.platform.servers.ServerFiles;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeycloakRealmIT {

  private static final String DOMAIN = "pulsewarden.local";

  @TempDir static Path folder;
  private static PostgresServer postgres;
  private static ServerProcess keycloak;
  private static KeycloakSettings settings;
  private static Passwords passwords;
  private static PlatformHttp http;

  @BeforeAll
  static void start() throws Exception {
    DataFolder data = new DataFolder(folder.resolve("data"));
    data.prepare();
    passwords = Passwords.openOrCreate(data);
    LocalCa edge = LocalCa.create("test edge CA");
    edge.issueEdge("keycloak").writePem(data.of("tls"), "edge");
    postgres =
        PostgresServer.start(
            data.of("postgres"),
            PostgresSettings.forTests(LocalCa.create("test service CA"), DOMAIN));
    settings =
        new KeycloakSettings(
            FreePorts.find(),
            data.of("tls"),
            postgres.owner(ServiceDatabase.KEYCLOAK),
            passwords.keycloakAdmin(),
            data.temporary());
    keycloak =
        KeycloakServer.start(
            KeycloakDistribution.prepare(
                ServerFiles.ofThisBuild(), ProcessFiles.in(folder, "build")),
            data.of("keycloak"),
            settings,
            ProcessFiles.in(folder, "keycloak"));
    http = PlatformHttp.trusting(List.of(edge.certificate()));
    new KeycloakRealm(http, settings).createIfMissing(passwords);
  }

  @AfterAll
  static void stop() {
    http.close();
    keycloak.stop(ServerProcess.Signal.TERM, Duration.ofSeconds(20));
    postgres.close();
  }

  @Test
  void shouldPutRolesOrganisationAndAudienceIntoTheToken() throws Exception {
    JsonNode claims = claims(login(DemoUser.ADMIN));

    assertThat(claims.path("realm_access").path("roles"))
        .extracting(JsonNode::asText)
        .contains("device-admin", "patient-admin", "care-team-admin")
        .doesNotContain("clinician", "auditor");
    assertThat(claims.path("organisation_id").asText())
        .isEqualTo(passwords.organisation().toString());
    assertThat(claims.path("aud").toString()).contains("\"pulsewarden\"");
    assertThat(claims.path("iss").asText()).isEqualTo(settings.url() + "/realms/pulsewarden");
    assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(300);
    assertThat(UUID.fromString(claims.path("sub").asText())).isNotNull();
  }

  @Test
  void shouldNotLetAUserChooseAnOrganisation() throws Exception {
    String token = login(DemoUser.NURSE);
    Map<String, Object> profile =
        Map.of(
            "username",
            "nurse",
            "firstName",
            "Nora",
            "lastName",
            "Demo",
            "email",
            "nurse@pulsewarden.local",
            "attributes",
            Map.of("organisation_id", List.of(UUID.randomUUID().toString())));

    HttpAnswer answer =
        http.send(
            PlatformHttp.jsonRequest(settings.url() + "/realms/pulsewarden/account/")
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(PlatformHttp.write(profile)))
                .build());

    assertThat(answer.status()).isNotEqualTo(500);
    assertThat(claims(login(DemoUser.NURSE)).path("organisation_id").asText())
        .isEqualTo(passwords.organisation().toString());
  }

  @Test
  void shouldOfferTheDeviceFlow() throws Exception {
    HttpAnswer answer =
        http.send(
            PlatformHttp.request(
                    settings.url() + "/realms/pulsewarden/protocol/openid-connect/auth/device")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("client_id=pulsewarden-cli&scope=openid"))
                .build());

    assertThat(answer.json().path("verification_uri_complete").asText())
        .startsWith(settings.url() + "/realms/pulsewarden/device");
  }

  @Test
  void shouldLeaveARealmThatIsThereAlone() throws Exception {
    new KeycloakRealm(http, settings).createIfMissing(passwords);

    assertThat(login(DemoUser.AUDITOR)).isNotEmpty();
  }

  /** It keeps connections that have died with the database, and must not use them. */
  @Test
  void shouldLetPeopleInAtOnceAfterTheDatabaseWasKilled() throws Exception {
    assertThat(login(DemoUser.NURSE)).isNotEmpty();
    postgres.kill();
    postgres.restart();

    for (DemoUser user : DemoUser.values()) {
      assertThat(login(user)).isNotEmpty();
    }
  }

  private static String login(DemoUser user) throws Exception {
    return new OpenIdLogin(http, settings.url() + "/realms/pulsewarden")
        .password(user.login(), passwords.of(user).reveal());
  }

  private static JsonNode claims(String token) throws Exception {
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
  }
}
