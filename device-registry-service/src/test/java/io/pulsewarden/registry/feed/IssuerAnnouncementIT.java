package io.pulsewarden.registry.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.registry.ca.AnnouncedIssuers;
import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.IssuerKey;
import io.pulsewarden.registry.ca.NextIssuer;
import io.pulsewarden.registry.ca.TestCaFolder;
import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.Token;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two instances with one folder and one database tell each other of their issuing CAs. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class IssuerAnnouncementIT {

  private static final Duration SOON = Duration.ofMinutes(2);

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Pool pool;
  @Inject Clock clock;
  @Inject Vertx vertx;
  @Inject CertificateAuthority here;

  private Registry registry;
  private TestCaFolder.Instance other;
  private IssuerAnnouncementStore othersAnnouncements;

  @BeforeEach
  void startAnother() {
    registry = Registry.ofNewOrganisation(base);
    other =
        TestCaFolder.anotherInstance(RegistryTestBed.caFolder(), RegistryTestBed.PASSPHRASE, vertx);
    othersAnnouncements =
        new IssuerAnnouncementStore(
            pool, other.authority(), other.client(), other.announced(), clock);
    othersBeat();
  }

  @Test
  void shouldTakeUpWhatAnotherInstanceIntroducedWithoutBeingAsked() {
    X509Certificate made =
        ((NextIssuer.Introduced) other.authority().introduceIssuer()).certificate();

    othersBeat();

    await().atMost(SOON).untilAsserted(() -> assertThat(here.issuers()).contains(made));
    registry.anonymous().get("/crl/" + IssuerKey.hash(made) + ".crl").then().statusCode(200);
    assertThat(
            CertsOnlyAnswer.all(registry.anonymous().get("/.well-known/est/cacerts").asByteArray()))
        .contains(made);
    // And it signs in its turn, here as there.
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              othersBeat();
              assertThat(here.issuers()).startsWith(made);
              assertThat(other.authority().issuers()).startsWith(made);
            });
  }

  @Test
  void shouldBeTakenUpByTheOtherInstance() {
    String key =
        registry
            .withToken(Token.of("ca-admin", registry.organisation().toString()))
            .post("/v1/issuing-cas")
            .then()
            .statusCode(201)
            .extract()
            .path("keyHash");

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              othersBeat();
              assertThat(other.authority().issuers()).extracting(IssuerKey::hash).contains(key);
            });
  }

  /** An instance that starts tells of all that it has. */
  @Test
  void shouldTellOfARetiredIssuerAsRetiredAgain() {
    X509Certificate retiring = here.issuers().getFirst();
    X509Certificate next = ((NextIssuer.Introduced) here.introduceIssuer()).certificate();
    await().atMost(SOON).until(() -> here.issuers().getFirst().equals(next));
    registry
        .withToken(Token.of("ca-admin", registry.organisation().toString()))
        .contentType(ContentType.JSON)
        .body(Map.of("reason", "superseded"))
        .post("/v1/issuing-cas/" + IssuerKey.hash(retiring) + "/retirement")
        .then()
        .statusCode(200);
    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      await().until(() -> told(feed, retiring).contains(true));
      int before = told(feed, retiring).size();
      TestCaFolder.Instance starting =
          TestCaFolder.anotherInstance(
              RegistryTestBed.caFolder(), RegistryTestBed.PASSPHRASE, vertx);

      new IssuerAnnouncementStore(
              pool, starting.authority(), starting.client(), starting.announced(), clock)
          .exchange()
          .await()
          .atMost(SOON);

      await().until(() -> told(feed, retiring).size() > before);
      assertThat(told(feed, retiring).getLast()).isTrue();
      assertThat(starting.authority().issuers()).contains(retiring);
      assertThat(starting.authority().issuers().getFirst()).isNotEqualTo(retiring);
    }
  }

  /** Whether it was retired in each record of it, in their order. */
  private static List<Boolean> told(TopicReader feed, X509Certificate issuer) {
    String key = "issuer-" + AnnouncedIssuers.fingerprint(issuer);
    return feed.poll().stream()
        .filter(record -> TopicReader.key(record).equals(key))
        .map(record -> TopicReader.parse(record).getIssuer().getRetired())
        .toList();
  }

  /** Another authority's, or one that was not copied to this instance. */
  @Test
  void shouldGoOnWithWhatItHasWhileAnAnnouncedIssuerIsNotHere() {
    String nowhere = (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "");
    RegistryTestBed.execute("INSERT INTO issuer_announcement (fingerprint) VALUES (?)", nowhere);
    try {
      List<X509Certificate> before = other.authority().issuers();

      othersBeat();

      assertThat(other.authority().issuers()).containsExactlyInAnyOrderElementsOf(before);
      X509Certificate made =
          ((NextIssuer.Introduced) other.authority().introduceIssuer()).certificate();
      othersBeat();
      await().atMost(SOON).untilAsserted(() -> assertThat(here.issuers()).contains(made));
      assertThat(here.issuers()).extracting(AnnouncedIssuers::fingerprint).doesNotContain(nowhere);
    } finally {
      RegistryTestBed.execute("DELETE FROM issuer_announcement WHERE fingerprint = ?", nowhere);
    }
  }

  private void othersBeat() {
    othersAnnouncements.exchange().await().atMost(SOON);
  }
}
