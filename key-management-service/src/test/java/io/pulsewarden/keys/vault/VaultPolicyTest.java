package io.pulsewarden.keys.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.ToUnwrap;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.KekProvider.Unwrapped;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.vault.VaultAnswer;
import io.pulsewarden.vault.VaultConnection;
import io.pulsewarden.vault.standin.VaultStandIn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The two policies of docs/vault.md, as they stand there: enough for a whole life of a KEK, and for
 * nothing else. And that a namespace goes with every request.
 */
class VaultPolicyTest {

  private static final KekName KEK = new KekName(UUID.randomUUID(), 5);
  private static final ByteString PLACE = ByteString.copyFromUtf8("place");

  @TempDir private Path folder;
  private final MovedClock clock = new MovedClock();
  private VaultStandIn server;
  private VaultUnderTest vault;

  @BeforeEach
  void start() throws Exception {
    server = VaultStandIn.start(clock);
    vault = VaultUnderTest.standIn(server, folder, clock);
  }

  @AfterEach
  void stop() throws Exception {
    vault.close();
  }

  @Test
  void shouldDoWithThemFromTheFirstKeyToTheTrim() {
    KekProvider provider = vault.provider();
    Wrapped first = wrap(provider);
    provider.rotate(KEK).toCompletableFuture().join();
    Wrapped second = wrap(provider);
    assertThat(unwrap(provider, first)).isInstanceOf(Unwrapped.Key.class);
    provider.missing(List.of(first.kek())).toCompletableFuture().join();
    provider.check().toCompletableFuture().join();

    provider.trim(KEK, 2).toCompletableFuture().join();

    assertThat(unwrap(provider, first)).isInstanceOf(Unwrapped.Refused.class);
    assertThat(unwrap(provider, second)).isInstanceOf(Unwrapped.Key.class);
  }

  @Test
  void shouldGiveTheServiceNothingByWhichKeysLeaveOrGo() {
    wrap(vault.provider());
    TransitClient service = vault.transit();
    assertForbidden(service.read("export/encryption-key/" + KEK));
    assertForbidden(service.read("backup/" + KEK));
    assertForbidden(service.write("restore/" + KEK, Map.of("backup", "x")));
    assertForbidden(service.write("keys/" + KEK + "/config", Map.of("deletion_allowed", true)));
    assertForbidden(service.write("keys/" + KEK + "/config", Map.of("min_decryption_version", 1)));
    assertForbidden(service.write("keys/" + KEK + "/trim", Map.of("min_available_version", 1)));
    assertForbidden(service.write("keys/new", Map.of("type", "aes256-gcm96", "exportable", true)));
    assertForbidden(service.write("keys/new", Map.of("type", "rsa-4096")));
    assertForbidden(service.write("rewrap/" + KEK, Map.of("ciphertext", "vault:v1:")));
    assertForbidden(service.read("keys"));
  }

  @Test
  void shouldLetTheSecondRoleOpenAndMakeNothing() {
    Wrapped wrapped = wrap(vault.provider());
    TransitClient trimming = vault.trimmingTransit();
    String ciphertext = wrapped.bytes().toStringUtf8();
    assertForbidden(trimming.write("decrypt/" + KEK, Map.of("ciphertext", ciphertext)));
    assertForbidden(trimming.write("encrypt/" + KEK, Map.of("plaintext", "")));
    assertForbidden(trimming.write("keys/" + KEK + "/rotate", Map.of()));
    assertForbidden(trimming.write("keys/new", Map.of("type", "aes256-gcm96")));
    assertForbidden(trimming.write("keys/" + KEK + "/config", Map.of("deletion_allowed", true)));
    assertForbidden(trimming.write("keys/" + KEK + "/config", Map.of("exportable", true)));
    assertForbidden(trimming.read("export/encryption-key/" + KEK));
    assertThat(trimming.read("keys/" + KEK).isSuccess()).isTrue();
  }

  @Test
  void shouldSendItsNamespaceWithEveryRequest() {
    KekProvider elsewhere =
        vault.provider(
            new VaultConnection(
                server.url(), "hospital/eu", VaultUnderTest::defaultTls, VaultUnderTest.PATIENCE));
    Wrapped wrapped = wrap(elsewhere);
    clock.pass(Duration.ofMinutes(45));
    assertThat(unwrap(elsewhere, wrapped)).isInstanceOf(Unwrapped.Key.class);

    assertThat(server.requests("login")).isEqualTo(1);
    assertThat(server.requests("renew")).isEqualTo(1);
    assertThat(server.namespaces()).containsExactly("hospital/eu");
  }

  private static void assertForbidden(VaultAnswer answer) {
    assertThat(answer.isForbidden()).as("status %d", answer.status()).isTrue();
  }

  private static Wrapped wrap(KekProvider provider) {
    return provider
        .wrap(List.of(new ToWrap(KEK, SecretBytes.owning(new byte[32]), PLACE)))
        .toCompletableFuture()
        .join()
        .getFirst();
  }

  private static Unwrapped unwrap(KekProvider provider, Wrapped wrapped) {
    return provider
        .unwrap(List.of(new ToUnwrap(wrapped, PLACE)))
        .toCompletableFuture()
        .join()
        .getFirst();
  }
}
