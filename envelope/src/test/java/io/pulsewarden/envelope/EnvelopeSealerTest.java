package io.pulsewarden.envelope;

import static io.pulsewarden.envelope.Fixtures.BATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EnvelopeSealerTest {

  private static final byte[] PLAINTEXT = {7, 2};

  @Test
  void shouldNeverRepeatSaltAndNonceOverThreadsRestartsAndExhaustedSalts() throws Exception {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    int threads = 8;
    int each = 2000;
    int restarts = 3;
    try (BaseKey key = Fixtures.baseKey();
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int restart = 0; restart < restarts; restart++) {
        // A limit that no thread count divides, so that salts run out in the middle of the race.
        try (EnvelopeSealer sealer = new EnvelopeSealer(key, EnvelopeSealerTest::drawn, 333)) {
          Callable<Void> work =
              () -> {
                for (int i = 0; i < each; i++) {
                  byte[] envelope = sealer.seal(BATCH, PLAINTEXT);
                  assertThat(EnvelopeOpener.open(key, BATCH, envelope)).isEqualTo(PLAINTEXT);
                  seen.add(saltAndNonce(envelope));
                }
                return null;
              };
          for (Future<Void> done :
              pool.invokeAll(Stream.generate(() -> work).limit(threads).toList())) {
            done.get();
          }
        }
      }
    }
    assertThat(seen).hasSize(threads * each * restarts);
  }

  @Test
  void shouldCountUpFromZeroAndDrawANewSaltAtTheLimit() {
    AtomicInteger drawn = new AtomicInteger();
    try (BaseKey key = Fixtures.baseKey();
        EnvelopeSealer sealer =
            new EnvelopeSealer(
                key,
                () -> {
                  byte[] salt = new byte[EnvelopeHeader.SALT_LENGTH];
                  salt[0] = (byte) drawn.incrementAndGet();
                  return salt;
                },
                2)) {
      List<String> used =
          Stream.generate(() -> sealer.seal(BATCH, PLAINTEXT))
              .limit(5)
              .map(EnvelopeSealerTest::saltAndNonce)
              .map(hex -> hex.substring(0, 2) + "/" + hex.substring(hex.length() - 2))
              .toList();
      assertThat(used).containsExactly("01/00", "01/01", "02/00", "02/01", "03/00");
    }
  }

  @Test
  void shouldWriteTheWholeCounterIntoTheNonce() {
    try (BaseKey key = Fixtures.baseKey();
        SaltedKey salted = new SaltedKey(key, Fixtures.salt(), EnvelopeSealer.SALT_LIMIT)) {
      byte[] envelope = new byte[EnvelopeSealer.sealedLength(PLAINTEXT.length)];
      salted.seal(EnvelopeSealer.SALT_LIMIT - 1, BATCH, PLAINTEXT, 0, 2, envelope, 0);
      assertThat(Arrays.copyOfRange(envelope, EnvelopeHeader.NONCE_OFFSET, 50))
          .isEqualTo(Fixtures.hex("0000000000000000ffffffff"));
    }
  }

  @Test
  void shouldNotSealAfterClose() {
    EnvelopeSealer sealer;
    try (BaseKey key = Fixtures.baseKey()) {
      sealer = new EnvelopeSealer(key);
      sealer.seal(BATCH, PLAINTEXT);
    }
    sealer.seal(BATCH, PLAINTEXT);
    sealer.close();
    assertThatThrownBy(() -> sealer.seal(BATCH, PLAINTEXT))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldRejectTheKeyOfAnotherSubjectOrEpochOrWithOtherBytes() {
    try (BaseKey key = Fixtures.baseKey();
        EnvelopeSealer sealer = new EnvelopeSealer(key);
        BaseKey otherBytes = Fixtures.baseKey(1);
        BaseKey otherId = new BaseKey(UUID.randomUUID(), key.epoch(), key.key().copy());
        BaseKey otherEpoch = new BaseKey(key.subjectKeyId(), 1, key.key().copy())) {
      byte[] envelope = sealer.seal(BATCH, PLAINTEXT);
      for (BaseKey wrong : List.of(otherBytes, otherId, otherEpoch)) {
        assertThatThrownBy(() -> EnvelopeOpener.open(wrong, BATCH, envelope))
            .isExactlyInstanceOf(EnvelopeRejectedException.class);
      }
    }
  }

  @Test
  void shouldCompareTheCommitmentBeforeDecrypting() {
    // A key that owns this envelope's tag but not its commitment: only the commitment can refuse.
    try (BaseKey key = Fixtures.baseKey()) {
      byte[] salt = Fixtures.salt();
      byte[] forged = new byte[EnvelopeHeader.LENGTH + PLAINTEXT.length + AesGcm.TAG_LENGTH];
      byte[] header =
          EnvelopeHeader.template(key, salt, new byte[EnvelopeHeader.COMMITMENT_LENGTH]);
      System.arraycopy(header, 0, forged, 0, header.length);
      byte[] opened = new byte[PLAINTEXT.length];
      int text = EnvelopeHeader.LENGTH;
      try (AesGcm cipher = new AesGcm(HkdfSha256.encryptionKey(key, salt))) {
        cipher.seal(lane(header), PLAINTEXT, 0, PLAINTEXT.length, forged, text);
        assertThat(cipher.open(lane(header), forged, text, forged.length - text, opened, 0))
            .isTrue();
      }
      assertThat(opened).isEqualTo(PLAINTEXT);
      assertThatThrownBy(() -> EnvelopeOpener.open(key, BATCH, forged))
          .isExactlyInstanceOf(EnvelopeRejectedException.class);
    }
  }

  @Test
  void shouldTellNothingOfTheKeyInToString() {
    try (BaseKey key = Fixtures.baseKey()) {
      assertThat(key.toString()).contains("redacted").doesNotContain("000102", "[0, 1, 2");
    }
  }

  @Test
  void shouldRefuseBaseKeysOfAnotherLengthOrEpoch() {
    SecretBytes shortKey = SecretBytes.owning(new byte[16]);
    assertThatThrownBy(() -> new BaseKey(Fixtures.SUBJECT_KEY, 1, shortKey))
        .isInstanceOf(IllegalArgumentException.class);
    SecretBytes key = SecretBytes.owning(new byte[32]);
    assertThatThrownBy(() -> new BaseKey(Fixtures.SUBJECT_KEY, -1, key))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Lane lane(byte[] header) {
    Lane lane = Lane.forEnvelopes();
    lane.associated.put(header).put(ContextBytes.of(BATCH));
    return lane;
  }

  private static byte[] drawn() {
    byte[] salt = new byte[EnvelopeHeader.SALT_LENGTH];
    new SecureRandom().nextBytes(salt);
    return salt;
  }

  private static String saltAndNonce(byte[] envelope) {
    return HexFormat.of()
        .formatHex(envelope, EnvelopeHeader.SALT_OFFSET, EnvelopeHeader.COMMITMENT_OFFSET);
  }
}
