package io.pulsewarden.registry.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.IssuerKey;
import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.net.URI;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.Test;

/** Many ask at once, and each costs a signature; on a real database, which can be held up. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class StatusLoadIT {

  private static final int ASKERS = 100;

  private static final String WAITING =
      " FROM pg_stat_activity WHERE usename = 'device_registry_service'"
          + " AND wait_event_type = 'Lock' AND query LIKE 'SELECT c.serial_number%'";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject RevocationLists lists;
  @Inject AnswerLimits limits;
  @Inject StatusSettings settings;
  @Inject CertificateAuthority authority;
  @Inject MeterRegistry metrics;

  @Test
  void shouldSignOneListForAllWhoAskAfterAChange() throws Exception {
    String issuer = settledIssuer();
    List<CompletableFuture<Optional<StatusAnswer>>> askers = new ArrayList<>();
    long before = one("SELECT last_value FROM crl_number");

    try (Connection lock = heldUp()) {
      awaitFirst(issuer);
      askers.addAll(askAtOnce(issuer));
      assertThat(askers).hasSize(ASKERS).noneMatch(CompletableFuture::isDone);
      lock.rollback();
    }

    byte[] list = askers.getFirst().get().orElseThrow().der();
    for (CompletableFuture<Optional<StatusAnswer>> asker : askers) {
      assertThat(asker.get().orElseThrow().der()).isEqualTo(list);
    }
    assertThat(ask(issuer).get().orElseThrow().der()).isEqualTo(list);
    // Each list has a number of its own.
    assertThat(one("SELECT last_value FROM crl_number")).isEqualTo(before + 1);
  }

  @Test
  void shouldFailAllWhoWaitForAListAndSignItAnewForTheNext() throws Exception {
    String issuer = settledIssuer();
    byte[] old = ask(issuer).get().orElseThrow().der();
    List<CompletableFuture<Optional<StatusAnswer>>> askers = new ArrayList<>();

    try (Connection lock = heldUp()) {
      awaitFirst(issuer);
      askers.addAll(askAtOnce(issuer));
      await().until(() -> one("SELECT count(*)" + WAITING) == 1);
      one("SELECT count(pg_terminate_backend(pid))" + WAITING);
      await().until(() -> askers.stream().allMatch(CompletableFuture::isDone));
      assertThat(askers).allMatch(CompletableFuture::isCompletedExceptionally);
      lock.rollback();
    }

    assertThat(ask(issuer).get().orElseThrow().der()).isNotEqualTo(old);
  }

  /** A list that is kept, so that only what the test does makes another one necessary. */
  private String settledIssuer() {
    String issuer = IssuerKey.hash(authority.issuers().getFirst());
    await().until(() -> ask(issuer).get().isPresent() && ask(issuer).isDone());
    return issuer;
  }

  /** Something changed, and whoever reads what is revoked waits. */
  private static Connection heldUp() throws SQLException {
    Connection lock = RegistryTestBed.connect();
    lock.setAutoCommit(false);
    try (Statement statement = lock.createStatement()) {
      statement.execute("LOCK TABLE certificate IN ACCESS EXCLUSIVE MODE");
    }
    RegistryTestBed.execute(
        "SELECT pg_notify('certificate_status', ?)", UUID.randomUUID().toString());
    return lock;
  }

  /** Until the service has heard of the change, the list that is kept is given. */
  private void awaitFirst(String issuer) {
    await().until(() -> !ask(issuer).isDone());
  }

  private CompletableFuture<Optional<StatusAnswer>> ask(String issuer) {
    return lists.list(issuer).subscribeAsCompletionStage();
  }

  private List<CompletableFuture<Optional<StatusAnswer>>> askAtOnce(String issuer)
      throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      Callable<CompletableFuture<Optional<StatusAnswer>>> task = () -> ask(issuer);
      List<CompletableFuture<Optional<StatusAnswer>>> askers = new ArrayList<>();
      for (Future<CompletableFuture<Optional<StatusAnswer>>> asked :
          threads.invokeAll(Collections.nCopies(ASKERS, task))) {
        askers.add(asked.get());
      }
      return askers;
    }
  }

  @Test
  void shouldTellWhoCostsTooMuchToTryLaterAndGoOnGivingWhatItHas() throws Exception {
    // Given an answer that is kept, and as much signing as the service takes on
    Registry registry = Registry.ofNewOrganisation(base);
    UUID device = registry.device();
    X509Certificate certificate =
        CertsOnlyAnswer.one(
            registry.enrol(device, registry.claim(device), Csr.fresh()).asByteArray());
    byte[] plain = question(certificate, false);
    await()
        .until(
            () ->
                Arrays.equals(
                    post(registry, plain).asByteArray(), post(registry, plain).asByteArray()));
    double before = counted();
    CompletableFuture<StatusAnswer> signature = new CompletableFuture<>();
    try {
      for (int i = 0; i < settings.signaturesAtOnce() + settings.signaturesWaiting(); i++) {
        var _ =
            limits
                .sign("of a test", () -> Uni.createFrom().completionStage(() -> signature.copy()))
                .subscribeAsCompletionStage();
      }

      // When somebody asks for one signature more
      Response busy = post(registry, question(certificate, true));

      // Then the protocol says so, and not HTTP
      busy.then()
          .statusCode(200)
          .contentType("application/ocsp-response")
          .header("Cache-Control", "no-store");
      assertThat(answer(busy).getStatus()).isEqualTo(OCSPRespBuilder.TRY_LATER);
      assertThat(counted()).isEqualTo(before + 1);
      assertThat(answer(post(registry, plain)).getStatus()).isEqualTo(OCSPRespBuilder.SUCCESSFUL);
      assertThat(counted()).isEqualTo(before + 1);
    } finally {
      signature.complete(StatusAnswer.error(new byte[0]));
    }
    await()
        .untilAsserted(
            () ->
                assertThat(answer(post(registry, question(certificate, true))).getStatus())
                    .isEqualTo(OCSPRespBuilder.SUCCESSFUL));
  }

  private double counted() {
    return metrics.counter(StatusMetrics.TRY_LATER, "limit", "signing").count();
  }

  private byte[] question(X509Certificate certificate, boolean nonce) throws Exception {
    X509Certificate issuer =
        authority.issuers().stream()
            .filter(
                one -> one.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
            .findFirst()
            .orElseThrow();
    OCSPReqBuilder question =
        new OCSPReqBuilder()
            .addRequest(
                new CertificateID(
                    new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(issuer),
                    certificate.getSerialNumber()));
    if (nonce) {
      byte[] bytes = new byte[32];
      new SecureRandom().nextBytes(bytes);
      question.setRequestExtensions(
          new Extensions(
              new Extension(
                  OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                  false,
                  new DEROctetString(bytes).getEncoded())));
    }
    return question.build().getEncoded();
  }

  private static Response post(Registry registry, byte[] question) {
    return registry
        .anonymous()
        .contentType("application/ocsp-request")
        .body(question)
        .post("/ocsp");
  }

  private static OCSPResp answer(Response response) throws Exception {
    return new OCSPResp(response.asByteArray());
  }

  private static long one(String sql) throws SQLException {
    try (Connection connection = RegistryTestBed.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
