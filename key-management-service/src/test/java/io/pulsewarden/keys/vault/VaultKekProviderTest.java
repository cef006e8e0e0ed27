package io.pulsewarden.keys.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.KekProviderContract;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.vault.VaultAnswer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract on a real Vault or OpenBao where VAULT_ADDR and VAULT_TOKEN are set, and on the
 * stand-in elsewhere.
 */
class VaultKekProviderTest extends KekProviderContract {

  @TempDir private Path folder;
  private VaultUnderTest vault;
  private KekProvider provider;

  @BeforeEach
  void start() throws Exception {
    vault = VaultUnderTest.start(folder, Clock.systemUTC());
    provider = vault.provider();
  }

  @AfterEach
  void stop() throws Exception {
    vault.close();
  }

  @Override
  protected KekProvider provider() {
    return provider;
  }

  @Override
  protected KekProvider laterLife() {
    return vault.provider();
  }

  /** Why rotation decrypts and encrypts. */
  @Test
  void shouldFindThatRewrapDoesNotTakeWhatIsBoundToAPlace() throws Exception {
    KekName kek = new KekName(UUID.randomUUID(), 0);
    ByteString place = ByteString.copyFromUtf8("place");
    Wrapped wrapped =
        answer(provider.wrap(List.of(new ToWrap(kek, SecretBytes.owning(new byte[32]), place))))
            .getFirst();
    answer(provider.rotate(kek));

    VaultAnswer answer =
        vault
            .rootTransit()
            .write(
                "rewrap/" + kek,
                Map.of(
                    "batch_input",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .add(
                                    "ciphertext",
                                    wrapped.bytes().toString(StandardCharsets.US_ASCII))
                                .add(
                                    "associated_data",
                                    Base64.getEncoder().encodeToString(place.toByteArray())))));

    assertThat(answer.isBadRequest()).isTrue();
  }
}
