package io.pulsewarden.keys.vault;

import com.google.protobuf.ByteString;
import io.github.jopenlibs.vault.json.JsonObject;
import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.vault.VaultAnswer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * KEKs as keys of Transit, called {@code <organisation>.<shard>}. A batch is one request for each
 * KEK in it, at once; each request blocks a thread of its own. Thread-safe.
 *
 * <p>The driver builds and reads JSON as Strings, so that a key's base64 is one for the time of a
 * request, and garbage after it: the one place where key bytes are not in {@link SecretBytes}.
 */
final class VaultKekProvider implements KekProvider {

  private static final String KEY_TYPE = "aes256-gcm96";

  /** No KEK's name: asking for it shows whether mount and rights are there. */
  private static final String PROBE = "pulsewarden-probe";

  private final TransitClient transit;
  private final @Nullable TransitClient trimming;
  private final Executor blocking;
  private final Set<KekName> known = ConcurrentHashMap.newKeySet();

  /**
   * @param trimming with a role of its own, which is the only one that may destroy
   */
  VaultKekProvider(TransitClient transit, @Nullable TransitClient trimming, Executor blocking) {
    this.transit = transit;
    this.trimming = trimming;
    this.blocking = blocking;
  }

  @Override
  public CompletionStage<List<Wrapped>> wrap(List<ToWrap> keys) {
    return byKek(keys, ToWrap::kek, this::wrap);
  }

  @Override
  public CompletionStage<List<Unwrapped>> unwrap(List<ToUnwrap> keys) {
    return byKek(keys, key -> key.wrapped().kek().name(), this::unwrap);
  }

  @Override
  public CompletionStage<List<KekVersion>> missing(List<KekVersion> versions) {
    return byKek(versions, KekVersion::name, this::missing)
        .thenApply(missing -> missing.stream().flatMap(Optional::stream).toList());
  }

  @Override
  public CompletionStage<Optional<Versions>> versions(KekName kek) {
    return run(() -> TransitKey.read(transit, kek.toString()).map(TransitKey::versions));
  }

  @Override
  public CompletionStage<KekVersion> rotate(KekName kek) {
    return run(
        () -> {
          require(transit.write("keys/" + kek + "/rotate", Map.of()));
          return new KekVersion(
              kek, TransitKey.read(transit, kek.toString()).orElseThrow().latest());
        });
  }

  @Override
  public CompletionStage<Void> trim(KekName kek, int oldestKept) {
    return run(
        () -> {
          trimNow(kek, oldestKept);
          return null;
        });
  }

  @Override
  public CompletionStage<Void> check() {
    return run(
        () -> {
          TransitKey.read(transit, PROBE);
          return null;
        });
  }

  private List<Wrapped> wrap(KekName kek, List<ToWrap> keys) {
    if (!known.contains(kek)) {
      // Of one that exists, this changes nothing.
      require(transit.write("keys/" + kek, Map.of("type", KEY_TYPE)));
      known.add(kek);
    }
    List<JsonObject> items =
        keys.stream()
            .map(
                key -> item("plaintext", key.key().use(VaultKekProvider::base64), key.associated()))
            .toList();
    List<Optional<String>> results =
        TransitBatch.send(transit, "encrypt/" + kek, items, "ciphertext")
            .orElseThrow(VaultKekProvider::lost);
    return results.stream()
        .map(
            result -> {
              String text = result.orElseThrow(VaultKekProvider::lost);
              int version = TransitCiphertext.version(text).orElseThrow(VaultKekProvider::lost);
              return TransitCiphertext.wrapped(new KekVersion(kek, version), text);
            })
        .toList();
  }

  /**
   * The KEK stays known: whoever made it anew, at version 1, would wrap keys that the Vault which
   * has the right one can't unwrap. A process that starts may make it, if no row needs it.
   */
  private static KekUnavailableException lost() {
    return new KekUnavailableException(
        KekFailure.IMPOSSIBLE, "Vault does not wrap with a key that it has", null);
  }

  private List<Unwrapped> unwrap(KekName kek, List<ToUnwrap> keys) {
    Map<Integer, JsonObject> items = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      ToUnwrap key = keys.get(i);
      Optional<String> text = TransitCiphertext.of(key.wrapped());
      if (text.isPresent()) {
        items.put(i, item("ciphertext", text.get(), key.associated()));
      }
    }
    Map<Integer, SecretBytes> opened = new HashMap<>();
    Optional<List<Optional<String>>> results =
        items.isEmpty()
            ? Optional.of(List.of())
            : TransitBatch.send(
                transit, "decrypt/" + kek, List.copyOf(items.values()), "plaintext");
    List<Integer> places = List.copyOf(items.keySet());
    results.ifPresent(
        values -> {
          for (int i = 0; i < values.size(); i++) {
            int place = places.get(i);
            values.get(i).map(VaultKekProvider::secret).ifPresent(key -> opened.put(place, key));
          }
        });
    return opened.size() == keys.size()
        ? keys(opened)
        : withRefusals(kek, keys, opened, results.isPresent());
  }

  /** Vault's error texts differ between versions; what it has of the key says as much. */
  private List<Unwrapped> withRefusals(
      KekName kek, List<ToUnwrap> keys, Map<Integer, SecretBytes> opened, boolean judged) {
    Optional<Versions> versions;
    try {
      versions = TransitKey.read(transit, kek.toString()).map(TransitKey::versions);
      if (!judged && versions.isPresent()) {
        throw new KekUnavailableException(
            KekFailure.IMPOSSIBLE, "Vault calls the request wrong", null);
      }
    } catch (RuntimeException failed) {
      opened.values().forEach(SecretBytes::close);
      throw failed;
    }
    List<Unwrapped> answers = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      SecretBytes key = opened.get(i);
      int version = keys.get(i).wrapped().kek().version();
      answers.add(
          key == null
              ? new Unwrapped.Refused(
                  versions.map(range -> range.refusalOf(version)).orElse(Refusal.MISSING))
              : new Unwrapped.Key(key));
    }
    return answers;
  }

  private static List<Unwrapped> keys(Map<Integer, SecretBytes> opened) {
    return IntStream.range(0, opened.size())
        .<Unwrapped>mapToObj(i -> new Unwrapped.Key(Objects.requireNonNull(opened.get(i))))
        .toList();
  }

  private List<Optional<KekVersion>> missing(KekName kek, List<KekVersion> versions) {
    Optional<Versions> there = TransitKey.read(transit, kek.toString()).map(TransitKey::versions);
    return versions.stream()
        .map(
            version ->
                there
                        .filter(range -> range.oldest() <= version.version())
                        .filter(range -> version.version() <= range.newest())
                        .isPresent()
                    ? Optional.<KekVersion>empty()
                    : Optional.of(version))
        .toList();
  }

  private void trimNow(KekName kek, int oldestKept) {
    TransitClient allowed = trimming;
    if (allowed == null) {
      throw new KekUnavailableException(
          KekFailure.FORBIDDEN, "no login for trimming is configured", null);
    }
    TransitKey key =
        TransitKey.read(allowed, kek.toString())
            .filter(there -> oldestKept <= there.latest())
            .orElseThrow(
                () ->
                    new KekUnavailableException(
                        KekFailure.IMPOSSIBLE, "Vault has no such version to keep", null));
    if (key.minAvailable() >= oldestKept) {
      return;
    }
    int oldest = Math.max(oldestKept, key.minDecryption());
    require(
        allowed.write(
            "keys/" + kek + "/config",
            Map.of("min_decryption_version", oldest, "min_encryption_version", oldest)));
    // A crash here leaves versions that decrypt nothing and are not gone yet; asked again, they go.
    require(allowed.write("keys/" + kek + "/trim", Map.of("min_available_version", oldest)));
  }

  private static void require(VaultAnswer answer) {
    if (!answer.isSuccess()) {
      throw TransitClient.failure(answer);
    }
  }

  private static JsonObject item(String field, String value, ByteString associated) {
    return new JsonObject()
        .add(field, value)
        .add("associated_data", base64(associated.toByteArray()));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static SecretBytes secret(String base64) {
    byte[] text = base64.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    ByteBuffer decoded = ByteBuffer.wrap(Base64.getDecoder().decode(text));
    Arrays.fill(text, (byte) 0);
    return SecretBytes.owning(decoded.array());
  }

  /** Splits a batch by KEK, does all at once, and puts the answers in the batch's order. */
  private <T, R> CompletionStage<List<R>> byKek(
      List<T> batch, Function<T, KekName> kek, BiFunction<KekName, List<T>, List<R>> work) {
    Map<KekName, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      places.computeIfAbsent(kek.apply(batch.get(i)), _ -> new ArrayList<>()).add(i);
    }
    Map<Integer, R> answers = new ConcurrentHashMap<>();
    CompletableFuture<?>[] parts =
        places.entrySet().stream()
            .map(
                part ->
                    CompletableFuture.runAsync(
                        () -> {
                          List<Integer> at = part.getValue();
                          List<R> some =
                              work.apply(part.getKey(), at.stream().map(batch::get).toList());
                          for (int i = 0; i < at.size(); i++) {
                            answers.put(at.get(i), some.get(i));
                          }
                        },
                        blocking))
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(parts)
        .whenComplete((_, failure) -> closeAfter(failure, answers.values()))
        .thenApply(_ -> IntStream.range(0, batch.size()).mapToObj(answers::get).toList());
  }

  /** Nobody will get these. */
  private static <R> void closeAfter(@Nullable Throwable failure, Iterable<R> answers) {
    if (failure != null) {
      for (R answer : answers) {
        if (answer instanceof Unwrapped.Key(SecretBytes bytes)) {
          bytes.close();
        }
      }
    }
  }

  private <T extends @Nullable Object> CompletionStage<T> run(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, blocking);
  }
}
