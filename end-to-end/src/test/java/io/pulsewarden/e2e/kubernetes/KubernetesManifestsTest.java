package io.pulsewarden.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fails when a manifest gives a pod more than it needs, or opens a way that nobody drew. */
class KubernetesManifestsTest {
  private static final Path K8S =
      Path.of(System.getProperty("pulsewarden.root", "..")).resolve("k8s");
  private static final Set<String> SERVICES =
      Set.of(
          "device-registry-service",
          "key-management-service",
          "telemetry-service",
          "audit-service");

  /** Who may call whom: the picture of docs/architecture.md. */
  private static final Set<String> INCOMING =
      Set.of(
          "anyone -> device-registry-service:https",
          "anyone -> telemetry-service:https",
          "anyone -> telemetry-service:mqtts",
          "anyone -> audit-service:https",
          "telemetry-service -> key-management-service:https",
          "officers -> key-management-service:https",
          "monitoring -> device-registry-service:management",
          "monitoring -> telemetry-service:management",
          "monitoring -> key-management-service:management",
          "monitoring -> audit-service:management");

  private static final Set<String> OUTGOING =
      Set.of(
          "all -> kube-dns:53",
          "device-registry-service -> kafka:9093",
          "device-registry-service -> postgres:5432",
          "device-registry-service -> keycloak:8443",
          "telemetry-service -> kafka:9093",
          "telemetry-service -> postgres:5432",
          "telemetry-service -> keycloak:8443",
          "telemetry-service -> key-management-service:https",
          "key-management-service -> kafka:9093",
          "key-management-service -> postgres:5432",
          "key-management-service -> keycloak:8443",
          "audit-service -> kafka:9093",
          "audit-service -> postgres:5432",
          "audit-service -> keycloak:8443");

  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i)(password|passphrase|secret|token|credential|private)");

  @ParameterizedTest
  @ValueSource(strings = {"overlays/local", "overlays/production"})
  void shouldHoldAllThatAServiceNeeds(String overlay) throws IOException {
    var manifests = Manifests.of(K8S.resolve(overlay));

    assertThat(workloads(manifests).map(KubernetesManifestsTest::name))
        .containsExactlyInAnyOrderElementsOf(SERVICES);
    for (String kind : List.of("Service", "ServiceAccount", "PodDisruptionBudget")) {
      assertThat(manifests.ofKind(kind).map(KubernetesManifestsTest::name))
          .as(kind)
          .containsExactlyInAnyOrderElementsOf(SERVICES);
    }
    assertThat(manifests.ofKind("NetworkPolicy").map(KubernetesManifestsTest::name))
        .containsAll(SERVICES)
        .contains("default-deny");
    assertThat(manifests.files()).hasSameSizeAs(SERVICES);
  }

  /** What is read here by other code than Kubernetes' own has to be what Kubernetes gets. */
  @ParameterizedTest
  @ValueSource(strings = {"overlays/local", "overlays/production", "migrations"})
  void shouldBuildByKustomize(String folder) throws Exception {
    assumeTrue(
        Kustomize.isThere(),
        "skipped: no kubectl on the path, so that " + folder + " is not built");

    var built = Kustomize.build(K8S.resolve(folder));

    var manifests = Manifests.of(K8S.resolve(folder));
    var read = Stream.concat(workloads(manifests), manifests.ofKind("Job"));
    assertThat(
            Stream.concat(workloads(built), built.ofKind("Job"))
                .map(KubernetesManifestsTest::kindAndName))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            read.map(KubernetesManifestsTest::kindAndName).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/local", "overlays/production"})
  void shouldRunTwoOfEachWithNoMoreThanTheyNeed(String overlay) throws IOException {
    var deployments = workloads(Manifests.of(K8S.resolve(overlay))).toList();

    assertThat(deployments)
        .allSatisfy(
            deployment -> {
              assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(2);
              assertRestricted(deployment);
              assertProbed(deployment);
            });
  }

  /**
   * A pod of a Deployment, or an emptyDir, goes with the database that is shut down for a restore.
   */
  @ParameterizedTest
  @ValueSource(strings = {"overlays/local", "overlays/production"})
  void shouldKeepWhatAuditPublishedLongerThanItsPod(String overlay) throws IOException {
    var audit = Manifests.of(K8S.resolve(overlay)).ofKind("StatefulSet").toList();

    assertThat(audit).hasSize(1);
    assertThat(name(audit.getFirst())).isEqualTo("audit-service");
    assertThat(stream(audit.getFirst().at("/spec/volumeClaimTemplates")))
        .extracting(KubernetesManifestsTest::name)
        .containsExactly("published");
    assertThat(stream(container(audit.getFirst()).path("volumeMounts")))
        .anySatisfy(
            mount -> {
              assertThat(mount.path("name").asText()).isEqualTo("published");
              assertThat(mount.path("mountPath").asText()).isEqualTo("/opt/pulsewarden/published");
            });
  }

  /** A keyring belongs to one process: where key management keeps its keys in one, it is alone. */
  @Test
  void shouldRunOneOfAServiceOnlyWhereItsKeysLieInAFile() throws IOException {
    assertThat(patchedReplicas("overlays/production")).isEmpty();
    assertThat(patchedReplicas("overlays/local")).containsExactly("key-management-service 1");
  }

  private static List<String> patchedReplicas(String overlay) throws IOException {
    return Manifests.of(K8S.resolve(overlay)).patches().stream()
        .filter(patch -> !patch.at("/spec/replicas").isMissingNode())
        .map(patch -> name(patch) + " " + patch.at("/spec/replicas").asText())
        .toList();
  }

  @Test
  void shouldMigrateWithNoMoreThanItNeeds() throws IOException {
    var jobs = Manifests.of(K8S.resolve("migrations")).ofKind("Job").toList();

    assertThat(jobs).hasSameSizeAs(SERVICES).allSatisfy(KubernetesManifestsTest::assertRestricted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/local", "overlays/production"})
  void shouldNotLoosenByPatchWhatTheBaseHolds(String overlay) throws IOException {
    for (JsonNode patch : Manifests.of(K8S.resolve(overlay)).patches()) {
      assertThat(patch.at("/spec/template/spec/securityContext").isMissingNode()).isTrue();
      assertThat(patch.findValues("containers").toString()).doesNotContain("securityContext");
      for (String held :
          List.of(
              "hostNetwork", "hostPID", "hostPath", "privileged", "automountServiceAccountToken")) {
        assertThat(patch.findValue(held)).as("%s in %s", held, patch).isNull();
      }
      for (JsonNode container : patch.at("/spec/template/spec/initContainers")) {
        assertContainerRestricted(container);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/local", "overlays/production"})
  void shouldAllowTheFlowsOfTheArchitectureAndNoOther(String overlay) throws IOException {
    var manifests = Manifests.of(K8S.resolve(overlay));
    var expected = new TreeSet<>(OUTGOING);
    if (overlay.endsWith("production")) {
      expected.add("key-management-service -> vault:8200");
      expected.add("device-registry-service -> vault:8200");
    }

    assertThat(Flows.incoming(manifests.ofKind("NetworkPolicy"))).isEqualTo(INCOMING);
    assertThat(Flows.outgoing(manifests.ofKind("NetworkPolicy"))).isEqualTo(expected);
  }

  @Test
  void shouldDenyFirst() throws IOException {
    var deny =
        Manifests.of(K8S.resolve("base"))
            .ofKind("NetworkPolicy")
            .filter(policy -> name(policy).equals("default-deny"))
            .findFirst()
            .orElseThrow();

    assertThat(deny.at("/spec/podSelector")).isEmpty();
    assertThat(texts(deny.at("/spec/policyTypes"))).containsExactlyInAnyOrder("Ingress", "Egress");
    assertThat(deny.at("/spec/ingress").isMissingNode()).isTrue();
    assertThat(deny.at("/spec/egress").isMissingNode()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/local", "overlays/production", "migrations"})
  void shouldHoldNoSecret(String folder) throws IOException {
    var manifests = Manifests.of(K8S.resolve(folder));

    assertThat(manifests.ofKind("Secret")).isEmpty();
    for (JsonNode node :
        Stream.concat(manifests.resources().stream(), manifests.patches().stream()).toList()) {
      for (JsonNode env : node.findValues("env")) {
        for (JsonNode variable : env) {
          if (SECRET_NAME.matcher(variable.path("name").asText()).find()) {
            assertThat(variable.path("value").asText())
                .as("%s names a file, not a secret", variable.path("name"))
                .startsWith("/");
          }
        }
      }
    }
  }

  @Test
  void shouldHoldNoKeyInAnyFile() throws IOException {
    try (Stream<Path> files = Files.walk(K8S)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).as("%s", file).doesNotContain("PRIVATE KEY");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/local", "overlays/production"})
  void shouldPointEachServiceAtPodsAndPortsThatThereAre(String overlay) throws IOException {
    var manifests = Manifests.of(K8S.resolve(overlay));
    Map<String, Set<String>> ports = new HashMap<>();
    workloads(manifests)
        .forEach(
            deployment ->
                ports.put(
                    name(deployment),
                    stream(container(deployment).path("ports"))
                        .map(port -> port.path("name").asText())
                        .collect(Collectors.toSet())));

    assertThat(manifests.ofKind("Service"))
        .allSatisfy(
            service -> {
              var pods = service.at("/spec/selector/app.kubernetes.io~1name").asText();
              assertThat(ports).containsKey(pods);
              assertThat(stream(service.at("/spec/ports")))
                  .allSatisfy(
                      port ->
                          assertThat(ports.get(pods)).contains(port.path("targetPort").asText()));
            });
  }

  @Test
  void shouldGiveEachServiceItsOwnNameInItsCertificate() throws IOException {
    var identities =
        Manifests.of(K8S.resolve("base"))
            .ofKind("Certificate")
            .filter(certificate -> name(certificate).endsWith("-identity"))
            .toList();

    assertThat(identities)
        .hasSameSizeAs(SERVICES)
        .allSatisfy(
            identity -> {
              var service = name(identity).replace("-identity", "");
              assertThat(identity.at("/spec/commonName").asText()).isEqualTo(service);
              assertThat(texts(identity.at("/spec/uris")))
                  .containsExactly("spiffe://pulsewarden.local/service/" + service);
              assertThat(identity.at("/spec/duration").asText()).isEqualTo("24h");
            });
  }

  private static Stream<JsonNode> workloads(Manifests manifests) {
    return Stream.concat(manifests.ofKind("Deployment"), manifests.ofKind("StatefulSet"));
  }

  private static void assertRestricted(JsonNode workload) {
    var pod = workload.at("/spec/template/spec");
    assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(pod.path("hostNetwork").isMissingNode()).isTrue();
    assertThat(stream(pod.path("containers")))
        .isNotEmpty()
        .allSatisfy(KubernetesManifestsTest::assertContainerRestricted);
    assertThat(stream(pod.path("volumes")))
        .allSatisfy(volume -> assertThat(volume.has("hostPath")).isFalse());
  }

  private static void assertContainerRestricted(JsonNode container) {
    var context = container.path("securityContext");
    assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(texts(context.at("/capabilities/drop"))).containsExactly("ALL");
    assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
    assertThat(container.at("/resources/requests/cpu").asText()).isNotEmpty();
  }

  private static void assertProbed(JsonNode deployment) {
    var container = container(deployment);
    for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
      assertThat(container.at("/" + probe + "/httpGet/port").asText()).isEqualTo("management");
      assertThat(container.at("/" + probe + "/httpGet/scheme").asText()).isEqualTo("HTTPS");
    }
    assertThat(container.at("/readinessProbe/httpGet/path").asText())
        .as("no pod leaves for want of what all of them share")
        .isEqualTo("/q/health/group/traffic");
  }

  private static JsonNode container(JsonNode deployment) {
    return deployment.at("/spec/template/spec/containers/0");
  }

  private static String name(JsonNode resource) {
    return resource.at("/metadata/name").asText();
  }

  private static String kindAndName(JsonNode resource) {
    return resource.path("kind").asText() + " " + name(resource);
  }

  private static List<String> texts(JsonNode array) {
    return stream(array).map(JsonNode::asText).toList();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
